package sigyn.client;

/// The size servers accept for one line: Loki's default `max_line_size`.
final class LineLimit {
    static final int BYTES = 256 * 1024;

    private LineLimit() {}
}
