package sigyn.storage;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.model.TimeRange;
import sigyn.storage.block.LineTest;
import sigyn.storage.index.StreamIndex;
import sigyn.storage.retention.Deletion;

/// The deletions that apply to some rows, ready to be asked row by row.
final class Erasure {
    static final Erasure NONE = new Erasure(List.of());

    private record Part(
            BitSet streams, TimeRange range, @Nullable LineTest line) {}

    private final List<Part> parts;

    private Erasure(List<Part> parts) {
        this.parts = parts;
    }

    /// Those of `pending` that concern rows of these times that came to the log from `firstSeq` on. Parts and row
    /// groups never reach across a deletion's place in the log.
    static Erasure of(List<Deletion> pending, StreamIndex index, long firstSeq, long minTime, long maxTime) {
        if (pending.isEmpty()) {
            return NONE;
        }
        var parts = new ArrayList<Part>();
        for (var deletion : pending) {
            if (firstSeq < deletion.seq() && deletion.range().overlaps(minTime, maxTime)) {
                var streams = new BitSet();
                index.match(deletion.matchers()).forEach((int id) -> streams.set(id));
                parts.add(new Part(
                        streams, deletion.range(), deletion.lines().isEmpty() ? null : LineTest.of(deletion.lines())));
            }
        }
        return parts.isEmpty() ? NONE : new Erasure(parts);
    }

    /// Those of `pending` that stand between older rows, from `firstSeq` on, and newer ones, from `laterSeq` on:
    /// an entry that they erase is new when it comes again. One that stands behind both may be withdrawn, and
    /// then the two are one entry still.
    static Erasure between(
            List<Deletion> pending, StreamIndex index, long firstSeq, long laterSeq, long minTime, long maxTime) {
        return of(pending.stream().filter(d -> d.seq() <= laterSeq).toList(), index, firstSeq, minTime, maxTime);
    }

    boolean isNone() {
        return parts.isEmpty();
    }

    /// True when some deletion is about the stream.
    boolean concerns(int stream) {
        for (var part : parts) {
            if (part.streams.get(stream)) {
                return true;
            }
        }
        return false;
    }

    /// True when some deletion may concern rows of a stream at a time; its line decides.
    boolean mayErase(int stream, long time) {
        for (var part : parts) {
            if (part.streams.get(stream) && part.range.contains(time)) {
                return true;
            }
        }
        return false;
    }

    boolean erases(int stream, long time, byte[] bytes, int lineStart, int lineLength) {
        for (var part : parts) {
            if (part.streams.get(stream)
                    && part.range.contains(time)
                    && (part.line == null || part.line.test(bytes, lineStart, lineStart + lineLength))) {
                return true;
            }
        }
        return false;
    }
}
