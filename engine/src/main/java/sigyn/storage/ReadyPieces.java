package sigyn.storage;

import org.jspecify.annotations.Nullable;
import sigyn.storage.head.PackedLines;
import sigyn.storage.index.Stream;
import sigyn.storage.port.PushBatch;

/// The pieces of a batch's lines that parts of the head take over as they are: those with rows of one cluster that are
/// enough for a chunk. Asked for row by row, in their order, once.
final class ReadyPieces {
    private final int[] endRow;
    private final @Nullable PackedLines[] pieces;
    private int at;

    private ReadyPieces(int[] endRow, @Nullable PackedLines[] pieces) {
        this.endRow = endRow;
        this.pieces = pieces;
    }

    /// Of a batch whose lines are not at hand as the log holds them.
    static ReadyPieces none() {
        return new ReadyPieces(new int[0], new @Nullable PackedLines[0]);
    }

    static ReadyPieces of(LinePieces lines, PushBatch batch, Stream[] streams) {
        int n = lines.count();
        int[] endRow = new int[n];
        var pieces = new @Nullable PackedLines[n];
        for (int i = 0; i < n; i++) {
            endRow[i] = lines.endRow(i);
            pieces[i] = lines.isChunk(i, batch, streams) ? lines.packed(i, batch) : null;
        }
        return new ReadyPieces(endRow, pieces);
    }

    /// What a row's line is in, null when the head puts it together with others.
    @Nullable
    PackedLines of(int row) {
        while (at < endRow.length && row >= endRow[at]) {
            at++;
        }
        return at < endRow.length ? pieces[at] : null;
    }
}
