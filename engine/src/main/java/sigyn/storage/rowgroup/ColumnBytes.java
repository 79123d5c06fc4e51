package sigyn.storage.rowgroup;

import java.util.EnumMap;
import java.util.Map;
import sigyn.codec.ByteSink;

/// Where columns put their bytes: one growing section for each kind of bytes, cut at [SectionKind#limit] so that
/// reading one column decompresses little. A piece is never cut; the reader, [ColumnSource], walks the same pieces in
/// the same order, so no offsets are stored. Only the higher bytes of numbers differ so much between columns that
/// [FrameCuts] are worth their time.
final class ColumnBytes {
    private final Map<SectionKind, ByteSink> open = new EnumMap<>(SectionKind.class);
    private final FrameCuts highCuts = new FrameCuts();
    private SectionWriter out = new SectionWriter();

    void begin(SectionWriter writer) {
        out = writer;
        for (var sink : open.values()) {
            sink.clear();
        }
        highCuts.clear();
    }

    /// A sink with room for one piece of exactly `length` bytes.
    ByteSink piece(SectionKind kind, int length) {
        var sink = open.computeIfAbsent(kind, _ -> new ByteSink(1 << 12));
        if (kind == SectionKind.HIGH) {
            highCuts.piece(sink.array(), sink.size());
        }
        if (sink.size() > 0 && (long) sink.size() + length > kind.limit()) {
            close(kind, sink);
        }
        return sink;
    }

    void finish() {
        for (var entry : open.entrySet()) {
            if (entry.getValue().size() > 0) {
                close(entry.getKey(), entry.getValue());
            }
        }
    }

    private void close(SectionKind kind, ByteSink sink) {
        if (kind == SectionKind.HIGH) {
            highCuts.piece(sink.array(), sink.size());
            out.add(kind, sink.array(), 0, highCuts.ends());
            highCuts.clear();
        } else {
            out.add(kind, sink);
        }
        sink.clear();
    }
}
