package sigyn.codec;

/// Bytes that cannot be what they claim to be. Says what was found and what was expected; the caller adds the file.
public final class DamagedException extends RuntimeException {
    public DamagedException(String message) {
        super(message);
    }

    public DamagedException(String message, Throwable cause) {
        super(message, cause);
    }
}
