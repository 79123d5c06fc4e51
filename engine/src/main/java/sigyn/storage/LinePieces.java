package sigyn.storage;

import java.util.Arrays;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.codec.Compression;
import sigyn.codec.DamagedException;
import sigyn.storage.head.PackedLines;
import sigyn.storage.index.Stream;
import sigyn.storage.port.PushBatch;

/// Lines and metadata of the rows of a batch, compressed once for the log and the head: in pieces of rows next to each
/// other, each as [Compression#pack] makes it. Rows of one cluster that are enough to compress well have pieces of
/// their own, which the head takes over as they are ([ReadyPieces]).
///
/// ```
/// pieces varint; per piece: rows varint, bytes varint, stored bytes varint
/// ```
final class LinePieces {
    private static final int MOST = 64 << 10;
    private static final int WORTHWHILE = 16 << 10;

    private final byte[] bytes;
    private final int from;
    /// Of each piece: the row behind its last, its bytes, and where its stored bytes end from `from` on.
    private final int[] endRow;

    private final int[] raw;
    private final int[] end;

    private LinePieces(byte[] bytes, int from, int[] endRow, int[] raw, int[] end) {
        this.bytes = bytes;
        this.from = from;
        this.endRow = endRow;
        this.raw = raw;
        this.end = end;
    }

    /// Appends the compressed lines of a batch to `packed`; they are read there from then on.
    static LinePieces pack(PushBatch batch, Stream[] streams, ByteSink packed) {
        int from = packed.size();
        var pieces = new Cutting(batch, packed);
        int mixed = 0;
        for (int row = 0; row < batch.rows(); ) {
            int end = endOfRun(batch, streams, row);
            int size = bytes(batch, row, end);
            if (size >= WORTHWHILE) {
                pieces.cut(mixed, row);
                pieces.cut(row, end);
                mixed = end;
            } else if (bytes(batch, mixed, end) > MOST) {
                pieces.cut(mixed, row);
                mixed = row;
            }
            row = end;
        }
        pieces.cut(mixed, batch.rows());
        int n = pieces.count;
        return new LinePieces(
                packed.array(),
                from,
                Arrays.copyOf(pieces.endRow, n),
                Arrays.copyOf(pieces.raw, n),
                Arrays.copyOf(pieces.end, n));
    }

    /// The rows from `row` on that are of one cluster and not too many for a piece.
    private static int endOfRun(PushBatch batch, Stream[] streams, int row) {
        int stream = batch.stream(row);
        long cluster = streams[stream].cluster();
        int most = batch.lineStart(row) + MOST;
        int end = row + 1;
        for (; end < batch.rows() && batch.metadataStart(end) + batch.metadataLength(end) <= most; end++) {
            if (batch.stream(end) != stream) {
                stream = batch.stream(end);
                if (streams[stream].cluster() != cluster) {
                    break;
                }
            }
        }
        return end;
    }

    private static int bytes(PushBatch batch, int from, int to) {
        return from == to ? 0 : batch.metadataStart(to - 1) + batch.metadataLength(to - 1) - batch.lineStart(from);
    }

    private static final class Cutting {
        private final PushBatch batch;
        private final ByteSink packed;
        private final int from;
        private int[] endRow = new int[4];
        private int[] raw = new int[4];
        private int[] end = new int[4];
        private int count;

        Cutting(PushBatch batch, ByteSink packed) {
            this.batch = batch;
            this.packed = packed;
            this.from = packed.size();
        }

        void cut(int row, int to) {
            if (row == to) {
                return;
            }
            if (count == raw.length) {
                endRow = Arrays.copyOf(endRow, count * 2);
                raw = Arrays.copyOf(raw, count * 2);
                end = Arrays.copyOf(end, count * 2);
            }
            int size = bytes(batch, row, to);
            Compression.pack(batch.bytes(), batch.lineStart(row), size, packed);
            endRow[count] = to;
            raw[count] = size;
            end[count] = packed.size() - from;
            count++;
        }
    }

    void write(ByteSink sink) {
        sink.varint(raw.length);
        for (int i = 0; i < raw.length; i++) {
            sink.varint(endRow[i] - row(i));
            sink.varint(raw[i]);
            sink.varint(end[i] - start(i));
        }
    }

    /// Reads what [#write] wrote of pieces that are stored in `bytes` at `from`, all together in `length`.
    static LinePieces read(ByteSource source, byte[] bytes, int from, int length) {
        int n = source.count(source.remaining());
        int[] endRow = new int[n];
        int[] raw = new int[n];
        int[] end = new int[n];
        int row = 0;
        int at = 0;
        long all = 0;
        for (int i = 0; i < n; i++) {
            int rows = source.count(Integer.MAX_VALUE - row);
            row = endRow[i] = row + rows;
            raw[i] = source.count(Integer.MAX_VALUE);
            int stored = source.count(length - at);
            at = end[i] = at + stored;
            all += raw[i];
            if (rows == 0 || !Compression.mayHold(stored, raw[i]) || all > Integer.MAX_VALUE - 16) {
                throw new DamagedException(
                        rows + " rows of " + raw[i] + " bytes in " + stored + ", " + all + " in all");
            }
        }
        if (at != length) {
            throw new DamagedException("pieces of " + at + " bytes in " + length);
        }
        return new LinePieces(bytes, from, endRow, raw, end);
    }

    /// All lines and metadata, not compressed.
    byte[] unpack() {
        byte[] all = new byte[Arrays.stream(raw).sum()];
        int at = 0;
        for (int i = 0; i < raw.length; i++) {
            Compression.unpack(bytes, from + start(i), end[i] - start(i), all, at, raw[i]);
            at += raw[i];
        }
        return all;
    }

    /// Throws when the rows of a batch are not those of the pieces.
    void expect(PushBatch batch) {
        for (int i = 0; i < raw.length; i++) {
            int size = endRow[i] > batch.rows() ? -1 : bytes(batch, row(i), endRow[i]);
            if (size != raw[i]) {
                throw new DamagedException("rows " + row(i) + " to " + endRow[i] + " in " + raw[i] + " bytes");
            }
        }
        if (raw.length == 0 ? batch.rows() != 0 : endRow[raw.length - 1] != batch.rows()) {
            throw new DamagedException(batch.rows() + " rows in pieces of others");
        }
    }

    int count() {
        return raw.length;
    }

    /// The first row of a piece.
    private int row(int piece) {
        return piece == 0 ? 0 : endRow[piece - 1];
    }

    int endRow(int piece) {
        return endRow[piece];
    }

    private int start(int piece) {
        return piece == 0 ? 0 : end[piece - 1];
    }

    /// True when all rows of a piece are of one cluster, and the part of the head that they go to had better take it
    /// over than put the rows together with others, and can.
    boolean isChunk(int piece, PushBatch batch, Stream[] streams) {
        return raw[piece] >= WORTHWHILE
                && (raw[piece] <= MOST || endRow[piece] - row(piece) == 1)
                && endOfRun(batch, streams, row(piece)) >= endRow[piece];
    }

    PackedLines packed(int piece, PushBatch batch) {
        int lineStart = batch.lineStart(row(piece));
        return new PackedLines(lineStart, bytes, from + start(piece), end[piece] - start(piece), raw[piece]);
    }
}
