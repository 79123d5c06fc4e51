package sigyn.storage.block;

import java.util.Arrays;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.codec.Compression;
import sigyn.codec.DamagedException;

/// One byte string per row, in zstd frames of about 256 KB that can be read one by one.
///
/// ```
/// frames varint; per frame: rows, stored length, raw length, each varint; then the frames
/// a frame, uncompressed: the lengths of its strings as varints, then the strings
/// ```
final class FrameColumn {
    private static final int FRAME_BYTES = 256 << 10;

    private final byte[] bytes;
    private final int[] firstRow;
    private final int[] offset;
    private final int[] stored;
    private final int[] raw;
    private int current = -1;
    private byte[] frame = new byte[0];
    private int[] start = new int[0];

    FrameColumn(byte[] bytes, int rows) {
        this.bytes = bytes;
        var source = new ByteSource(bytes);
        int frames = source.count(bytes.length);
        firstRow = new int[frames + 1];
        offset = new int[frames];
        stored = new int[frames];
        raw = new int[frames];
        for (int i = 0; i < frames; i++) {
            firstRow[i + 1] = firstRow[i] + source.count(rows - firstRow[i]);
            stored[i] = source.count(bytes.length);
            raw[i] = source.count(Integer.MAX_VALUE);
        }
        for (int i = 0; i < frames; i++) {
            offset[i] = source.skip(stored[i]);
        }
        if (firstRow[frames] != rows) {
            throw new DamagedException("frames of " + firstRow[frames] + " rows, expected " + rows);
        }
    }

    /// Picks the bytes of a row that a column holds.
    interface Slice {
        int start(int row);

        int length(int row);
    }

    static void write(ByteSink sink, int rows, byte[] bytes, Slice slice) {
        var directory = new ByteSink();
        var frames = new ByteSink(rows * 8);
        var frame = new ByteSink(FRAME_BYTES * 2);
        int count = 0;
        for (int from = 0; from < rows; count++) {
            int to = from;
            long size = 0;
            while (to < rows && size < FRAME_BYTES) {
                size += slice.length(to++);
            }
            frame.clear();
            for (int row = from; row < to; row++) {
                frame.varint(slice.length(row));
            }
            for (int row = from; row < to; row++) {
                frame.write(bytes, slice.start(row), slice.length(row));
            }
            int stored = Compression.zstd(frame.array(), 0, frame.size(), frames);
            directory.varint(to - from);
            directory.varint(stored);
            directory.varint(frame.size());
            from = to;
        }
        sink.varint(count);
        sink.write(directory.array(), 0, directory.size());
        sink.write(frames.array(), 0, frames.size());
    }

    /// Loads the frame of a row; [#bytes], [#start] and [#length] then answer for it until the next call.
    void load(int row) {
        if (current >= 0 && row >= firstRow[current] && row < firstRow[current + 1]) {
            return;
        }
        int i = Arrays.binarySearch(firstRow, row);
        i = i < 0 ? -i - 2 : i;
        while (firstRow[i + 1] == firstRow[i]) {
            i++;
        }
        if (frame.length < raw[i]) {
            frame = new byte[raw[i]];
        }
        Compression.unzstd(bytes, offset[i], stored[i], frame, 0, raw[i]);
        int n = firstRow[i + 1] - firstRow[i];
        if (start.length < n + 1) {
            start = new int[n + 1];
        }
        var source = new ByteSource(frame, 0, raw[i]);
        for (int k = 0; k < n; k++) {
            start[k] = source.count(raw[i]);
        }
        int at = source.at();
        for (int k = 0; k < n; k++) {
            int length = start[k];
            start[k] = at;
            at = Math.addExact(at, length);
        }
        start[n] = at;
        if (at != raw[i]) {
            throw new DamagedException("strings end at " + at + " of " + raw[i]);
        }
        current = i;
    }

    byte[] bytes() {
        return frame;
    }

    int start(int row) {
        return start[row - firstRow[current]];
    }

    int length(int row) {
        int k = row - firstRow[current];
        return start[k + 1] - start[k];
    }
}
