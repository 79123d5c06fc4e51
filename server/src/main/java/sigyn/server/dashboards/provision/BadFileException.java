package sigyn.server.dashboards.provision;

/// A provisioned file that cannot be used; line and column count from 1, 0 when not known.
final class BadFileException extends Exception {
    private final int line;
    private final int column;

    BadFileException(String message, int line, int column) {
        super(message);
        this.line = line;
        this.column = column;
    }

    BadFileException(String message) {
        this(message, 0, 0);
    }

    int line() {
        return line;
    }

    int column() {
        return column;
    }
}
