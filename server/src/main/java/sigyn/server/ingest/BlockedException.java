package sigyn.server.ingest;

/// Pushing is switched off for the tenant; answered with the status that the limits name.
public final class BlockedException extends RuntimeException {
    private final int status;

    BlockedException(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
