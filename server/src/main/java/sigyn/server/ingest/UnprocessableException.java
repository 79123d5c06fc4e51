package sigyn.server.ingest;

/// A push that could be read but holds nothing that could be stored: 422.
public final class UnprocessableException extends RuntimeException {
    UnprocessableException(String message) {
        super(message);
    }
}
