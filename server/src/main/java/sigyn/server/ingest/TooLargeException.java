package sigyn.server.ingest;

/// A push over a limit of its size: 413.
public final class TooLargeException extends RuntimeException {
    TooLargeException(String message) {
        super(message);
    }
}
