package sigyn.storage.rowgroup;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Finds the pieces that [ColumnBytes] wrote, and keeps the sections they are in once these were read.
final class ColumnSource {
    private static final class Cursor {
        int section;
        int at;
    }

    private final Sections sections;
    private final Map<SectionKind, Cursor> cursors = new EnumMap<>(SectionKind.class);
    private final AtomicReferenceArray<byte @Nullable []> cache;

    ColumnSource(Sections sections) {
        this.sections = sections;
        cache = new AtomicReferenceArray<>(sections.count());
    }

    /// A piece: its section in the high half, its offset in the low half.
    long next(SectionKind kind, long length) {
        var cursor = cursors.computeIfAbsent(kind, k -> {
            var first = new Cursor();
            first.section = following(k, 0);
            return first;
        });
        if (cursor.at > 0 && cursor.at + length > kind.limit()) {
            cursor.section = following(kind, cursor.section + 1);
            cursor.at = 0;
        }
        if (length == 0) {
            return (long) cursor.section << 32 | cursor.at;
        }
        if (cursor.section >= sections.count()
                || length < 0
                || cursor.at + length > sections.rawLength(cursor.section)) {
            throw new CorruptRowGroupException("column of " + length + " bytes runs out of section " + kind);
        }
        long piece = (long) cursor.section << 32 | cursor.at;
        cursor.at += (int) length;
        return piece;
    }

    private int following(SectionKind kind, int from) {
        int i = from;
        while (i < sections.count() && sections.kind(i) != kind) {
            i++;
        }
        return i;
    }

    /// The bytes of the section that a piece is in, with slack behind them.
    byte[] section(long piece) {
        int index = (int) (piece >>> 32);
        if (index >= cache.length()) {
            return new byte[Sections.SLACK];
        }
        byte[] bytes = cache.get(index);
        if (bytes == null) {
            bytes = sections.read(index);
            cache.set(index, bytes);
        }
        return bytes;
    }

    static int offset(long piece) {
        return (int) piece;
    }

    /// Bytes of the sections read so far.
    long held() {
        long held = 0;
        for (int i = 0; i < cache.length(); i++) {
            byte[] bytes = cache.get(i);
            held += bytes == null ? 0 : bytes.length;
        }
        return held;
    }

    void readAll() {
        for (int i = 0; i < cache.length(); i++) {
            section((long) i << 32);
        }
    }
}
