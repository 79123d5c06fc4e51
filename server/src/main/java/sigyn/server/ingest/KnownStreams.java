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
    private static final int LONGEST_TEXT = 8 << 10;
    /// About what an entry takes besides its text.
    private static final int OVERHEAD = 256;

    /// A stream that passed the checks of `limits`. `level` is what its labels say, null for nothing.
    record Known(
            IngestLimits limits, Labels labels, @Nullable String level) {}

    /// The bytes of a label text.
    private record Text(byte[] bytes, int from, int length, int hash) {
        static Text of(byte[] bytes, int from, int length) {
            long hash = Hash64.of(0, bytes, from, length);
            return new Text(bytes, from, length, (int) (hash ^ hash >>> 32));
        }

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
    /// One copy of label names and values that many streams have.
    private final Map<String, String> symbols = new ConcurrentHashMap<>();

    /// What is known under these limits, or null.
    @Nullable
    Known get(byte[] bytes, int from, int length, IngestLimits limits) {
        var found = known.get(Text.of(bytes, from, length));
        return found != null && found.limits() == limits ? found : null;
    }

    void put(byte[] bytes, int from, int length, IngestLimits limits, Labels labels, @Nullable String level) {
        if (length > LONGEST_TEXT) {
            return;
        }
        if (size.addAndGet(length + OVERHEAD) > mostBytes) {
            known.clear();
            symbols.clear();
            size.set(0);
        }
        known.put(Text.of(bytes, from, length).copy(), new Known(limits, shared(labels), level));
    }

    private Labels shared(Labels labels) {
        var pairs = new String[labels.size() * 2];
        for (int i = 0; i < labels.size(); i++) {
            pairs[2 * i] = symbol(labels.name(i));
            pairs[2 * i + 1] = symbol(labels.value(i));
        }
        return Labels.ofSorted(pairs);
    }

    private String symbol(String text) {
        String known = symbols.putIfAbsent(text, text);
        return known == null ? text : known;
    }
}
