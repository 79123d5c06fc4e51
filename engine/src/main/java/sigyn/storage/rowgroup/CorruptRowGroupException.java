package sigyn.storage.rowgroup;

/// Stored bytes are not what an encoder wrote: torn, flipped, swapped with another group's, or of a newer version. The
/// message names the section, what was found and what was expected.
public final class CorruptRowGroupException extends RuntimeException {
    public CorruptRowGroupException(String message) {
        super(message);
    }

    public CorruptRowGroupException(String message, Throwable cause) {
        super(message, cause);
    }
}
