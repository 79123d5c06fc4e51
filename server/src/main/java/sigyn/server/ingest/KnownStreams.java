package sigyn.server.ingest;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import sigyn.codec.Hash64;
import sigyn.model.Labels;
import sigyn.server.config.IngestLimits;

/// What came of the label texts that one tenant sent lately: agents send the same text with every push, so it is parsed
/// and checked once. Texts that were refused are not kept. Thread-safe.
final class KnownStreams {
    static final int LONGEST_TEXT = 8 << 10;
    /// About what an entry takes besides its text.
    private static final int OVERHEAD = 256;

    /// A stream that passed the checks of `limits` and whose labels all stay in a [LabelDemotion#period()]. `labels` is
    /// the store's own object, which it finds sooner than an equal one. `level` is what they say, null for nothing.
    record Known(
            IngestLimits limits,
            Object period,
            Labels labels,
            @Nullable String level) {}

    /// The bytes of a label text.
    record Text(byte[] bytes, int from, int length, int hash) {
        static Text of(byte[] bytes, int from, int length) {
            long hash = Hash64.of(0, bytes, from, length);
            return new Text(bytes, from, length, (int) (hash ^ hash >>> 32));
        }

        /// A text of its own, for keeping.
        Text copy() {
            return new Text(Arrays.copyOfRange(bytes, from, from + length), 0, length, hash);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Text text
                    && hash == text.hash
                    && Arrays.equals(bytes, from, from + length, text.bytes, text.from, text.from + text.length);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private final long mostBytes = Runtime.getRuntime().maxMemory() / 12;
    private final Map<Text, Known> known = new ConcurrentHashMap<>();
    private final AtomicLong size = new AtomicLong();

    /// What is known under these limits in this period, or null.
    @Nullable
    Known get(Text text, IngestLimits limits, Object period) {
        var found = known.get(text);
        return found != null && found.limits() == limits && found.period() == period ? found : null;
    }

    /// Keeps what came of a text, which is not longer than `LONGEST_TEXT`.
    void put(Text text, Known stream) {
        if (size.addAndGet(text.length() + OVERHEAD) > mostBytes) {
            known.clear();
            size.set(0);
        }
        known.put(text, stream);
    }
}
