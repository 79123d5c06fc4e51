package sigyn.storage.port;

import java.util.List;
import sigyn.model.Labels;

/// Rows of a scan as columns. `stream[i]` points into `streams`; row `i`'s line is `bytes[lineStart[i]]` and on for
/// `lineLength[i]` bytes. The arrays may be longer than `rows` and are reused for the next batch.
public record RowBatch(
        int rows,
        List<Labels> streams,
        int[] stream,
        long[] timestamp,
        byte[] bytes,
        int[] lineStart,
        int[] lineLength,
        List<MetadataColumn> metadata) {

    /// One key of structured metadata: row `i`'s value is `bytes[start[i]]` and on, absent when `length[i]` is -1.
    public record MetadataColumn(String name, byte[] bytes, int[] start, int[] length) {}
}
