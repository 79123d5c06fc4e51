package sigyn.storage;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import sigyn.codec.Hash64;
import sigyn.storage.block.CorruptBlockException;
import sigyn.storage.block.Rows;
import sigyn.storage.block.StoredRowGroup;
import sigyn.storage.head.HeadPart;
import sigyn.storage.retention.Deletion;

/// The entries that a deletion is about: those it hides, and those like them that came after it.
final class About {
    private final TenantStore tenant;
    private final Deletion deletion;

    About(TenantStore tenant, Deletion deletion) {
        this.tenant = tenant;
        this.deletion = deletion;
    }

    /// As if everything between two times had come before the deletion.
    private Erasure erasure(long minTime, long maxTime) {
        return Erasure.of(List.of(deletion), tenant.streams(), Long.MIN_VALUE, minTime, maxTime);
    }

    boolean concerns(HeadPart part) {
        int rows = part.rows();
        var erasure = rows == 0 ? Erasure.NONE : erasure(part.minTime(), part.maxTime());
        for (int row = 0; !erasure.isNone() && row < rows; row++) {
            if (erasure.mayErase(part.stream(row), part.time(row))) {
                return true;
            }
        }
        return false;
    }

    private boolean concerns(StoredRowGroup group) {
        var erasure = erasure(group.minTime(), group.maxTime());
        for (int i = 0; !erasure.isNone() && i < group.streamCount(); i++) {
            if (erasure.concerns(group.stream(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean isNewer(StoredRowGroup group) {
        return group.firstSeq() >= deletion.seq() && concerns(group);
    }

    /// True when some part or row group that came after the deletion may have entries of the kind.
    boolean hasNewer(TenantStore.View view) {
        return view.parts().stream().anyMatch(part -> part.firstSeq() >= deletion.seq() && concerns(part))
                || view.blocks().stream().flatMap(b -> b.groups().stream()).anyMatch(this::isNewer);
    }

    /// The rows of a group that the deletion hides and that stand in a row group that came after it.
    BitSet cameAgain(StoredRowGroup group) {
        var found = new BitSet();
        if (group.firstSeq() >= deletion.seq() || group.isDamaged() || !concerns(group)) {
            return found;
        }
        var newer = tenant.blocks().stream()
                .flatMap(block -> block.groups().stream())
                .filter(g -> !g.isDamaged() && isNewer(g))
                .filter(g -> g.minTime() <= group.maxTime() && g.maxTime() >= group.minTime())
                .toList();
        if (newer.isEmpty()) {
            return found;
        }
        var hidden = rows(group);
        for (var other : newer) {
            mark(hidden, rows(other), erasure(group.minTime(), group.maxTime()), found);
        }
        return found;
    }

    private static Rows rows(StoredRowGroup group) {
        try {
            return group.toRows();
        } catch (CorruptBlockException e) {
            group.markDamaged();
            return new Rows(0, 0);
        }
    }

    private static void mark(Rows hidden, Rows newer, Erasure erasure, BitSet found) {
        var byHash = new HashMap<Long, BitSet>();
        for (int row = 0; row < newer.count(); row++) {
            if (erasure.mayErase(newer.stream(row), newer.time(row))) {
                byHash.computeIfAbsent(hash(newer, row), _ -> new BitSet()).set(row);
            }
        }
        for (int row = 0; row < hidden.count(); row++) {
            if (erasure.erases(
                    hidden.stream(row),
                    hidden.time(row),
                    hidden.bytes(),
                    hidden.lineStart(row),
                    hidden.lineLength(row))) {
                int mine = row;
                if (byHash.getOrDefault(hash(hidden, row), new BitSet()).stream()
                        .anyMatch(other -> isSame(hidden, mine, newer, other))) {
                    found.set(row);
                }
            }
        }
    }

    private static long hash(Rows rows, int row) {
        return Hash64.of(
                Hash64.of(rows.stream(row), rows.time(row)) + rows.lineLength(row),
                rows.bytes(),
                rows.lineStart(row),
                rows.lineLength(row) + rows.metadataLength(row));
    }

    /// Line and metadata stand one behind the other.
    private static boolean isSame(Rows a, int i, Rows b, int j) {
        int size = a.lineLength(i) + a.metadataLength(i);
        return a.stream(i) == b.stream(j)
                && a.time(i) == b.time(j)
                && a.lineLength(i) == b.lineLength(j)
                && a.metadataLength(i) == b.metadataLength(j)
                && Arrays.equals(
                        a.bytes(),
                        a.lineStart(i),
                        a.lineStart(i) + size,
                        b.bytes(),
                        b.lineStart(j),
                        b.lineStart(j) + size);
    }
}
