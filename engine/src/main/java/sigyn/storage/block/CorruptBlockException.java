package sigyn.storage.block;

/// A block file that is not what it should be: names the file, where, what was found and what was expected.
public final class CorruptBlockException extends RuntimeException {
    public CorruptBlockException(String file, String what) {
        super("corrupt block " + file + ": " + what);
    }

    public CorruptBlockException(String file, String what, Throwable cause) {
        super("corrupt block " + file + ": " + what, cause);
    }
}
