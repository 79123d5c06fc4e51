package sigyn.storage.rowgroup;

import java.util.Objects;

/// Rows to be encoded, as columns; arrays may be longer than `rows` and are not changed.
///
/// @param rows number of rows, at least 1
/// @param timestamp nanoseconds, ascending
/// @param stream local stream id, 0 and up; the caller keeps the table behind it
/// @param bytes lines and metadata
/// @param metadataStart of what [sigyn.storage.port.MetadataCodec] wrote; length 0 means none
public record RowGroupInput(
        int rows,
        long[] timestamp,
        int[] stream,
        byte[] bytes,
        int[] lineStart,
        int[] lineLength,
        int[] metadataStart,
        int[] metadataLength) {
    /// Rows that one group may hold.
    public static final int MAX_ROWS = 1 << 24;

    public RowGroupInput {
        if (rows < 1 || rows > MAX_ROWS) {
            throw new IllegalArgumentException("a row group of " + rows + " rows");
        }
        for (int i = 0; i < rows; i++) {
            Objects.checkFromIndexSize(lineStart[i], lineLength[i], bytes.length);
            Objects.checkFromIndexSize(metadataStart[i], metadataLength[i], bytes.length);
            if (stream[i] < 0) {
                throw new IllegalArgumentException("stream id " + stream[i] + " in row " + i);
            }
            if (i > 0 && timestamp[i] < timestamp[i - 1]) {
                throw new IllegalArgumentException("row " + i + " is older than the row before it");
            }
        }
    }
}
