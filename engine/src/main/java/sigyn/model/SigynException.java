package sigyn.model;

/// A failure with a message fit for whoever has to act on it, named by its [ErrorKind].
public final class SigynException extends RuntimeException {
    private final ErrorKind kind;

    public SigynException(ErrorKind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public SigynException(ErrorKind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public ErrorKind kind() {
        return kind;
    }

    public static SigynException badRequest(String message) {
        return new SigynException(ErrorKind.BAD_REQUEST, message);
    }
}
