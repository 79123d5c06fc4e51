package sigyn.storage.index;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;

/// The streams of one tenant and, for every label value, the set of streams that have it.
///
/// A stream has a small number for as long as the process runs. Thread-safe.
public final class StreamIndex {
    private final ConcurrentHashMap<Labels, Stream> byLabels = new ConcurrentHashMap<>();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    /// By number. Guarded by `lock`, as are the postings.
    private final List<Stream> byId = new ArrayList<>();

    private final Map<String, Map<String, RoaringBitmap>> postings = new HashMap<>();
    /// One copy of every label name and value.
    private final Map<String, String> symbols = new HashMap<>();
    private volatile long labelBytes;

    /// The stream with these labels, new or known.
    public Stream intern(Labels labels) {
        Stream known = byLabels.get(labels);
        return known != null ? known : add(labels);
    }

    private Stream add(Labels labels) {
        lock.writeLock().lock();
        try {
            Stream known = byLabels.get(labels);
            if (known != null) {
                return known;
            }
            var names = new String[labels.size() * 2];
            for (int i = 0; i < labels.size(); i++) {
                names[i * 2] = symbol(labels.name(i));
                names[i * 2 + 1] = symbol(labels.value(i));
            }
            var stream = new Stream(this, byId.size(), Labels.of(names));
            byId.add(stream);
            long size = labelBytes;
            for (String text : names) {
                size += text.length();
            }
            labelBytes = size;
            for (int i = 0; i < names.length; i += 2) {
                postings.computeIfAbsent(names[i], _ -> new HashMap<>())
                        .computeIfAbsent(names[i + 1], _ -> new RoaringBitmap())
                        .add(stream.id());
            }
            byLabels.put(stream.labels(), stream);
            return stream;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private String symbol(String text) {
        String known = symbols.putIfAbsent(text, text);
        return known == null ? text : known;
    }

    public @Nullable Stream find(Labels labels) {
        return byLabels.get(labels);
    }

    public Stream get(int id) {
        lock.readLock().lock();
        try {
            return byId.get(id);
        } finally {
            lock.readLock().unlock();
        }
    }

    /// The streams of some numbers, in their order.
    public List<Stream> get(RoaringBitmap ids) {
        lock.readLock().lock();
        try {
            var streams = new ArrayList<Stream>(ids.getCardinality());
            ids.forEach((int id) -> streams.add(byId.get(id)));
            return streams;
        } finally {
            lock.readLock().unlock();
        }
    }

    public int size() {
        return byLabels.size();
    }

    /// Characters of the names and values of all streams.
    public long labelBytes() {
        return labelBytes;
    }

    /// Numbers of the streams for which all matchers hold. The caller may change the set.
    public RoaringBitmap match(List<LabelMatcher> matchers) {
        lock.readLock().lock();
        try {
            RoaringBitmap result = null;
            for (var matcher : matchers) {
                if (!matcher.matchesEmpty()) {
                    RoaringBitmap with = valuesThat(matcher, true);
                    if (result == null) {
                        result = with;
                    } else {
                        result.and(with);
                    }
                }
            }
            if (result == null) {
                result = new RoaringBitmap();
                result.add(0L, byId.size());
            }
            for (var matcher : matchers) {
                if (matcher.matchesEmpty()) {
                    result.andNot(valuesThat(matcher, false));
                }
            }
            return result;
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Names of labels that some of these streams have.
    public NavigableSet<String> names(RoaringBitmap ids) {
        lock.readLock().lock();
        try {
            var names = new TreeSet<String>();
            postings.forEach((name, values) -> {
                for (var streams : values.values()) {
                    if (RoaringBitmap.intersects(streams, ids)) {
                        names.add(name);
                        break;
                    }
                }
            });
            return names;
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Values of a label that some of these streams have.
    public NavigableSet<String> values(String name, RoaringBitmap ids) {
        lock.readLock().lock();
        try {
            var found = new TreeSet<String>();
            postings.getOrDefault(name, Map.of()).forEach((value, streams) -> {
                if (RoaringBitmap.intersects(streams, ids)) {
                    found.add(value);
                }
            });
            return found;
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Streams with some value of the matcher's label that matches, or that does not.
    private RoaringBitmap valuesThat(LabelMatcher matcher, boolean match) {
        Map<String, RoaringBitmap> values = postings.getOrDefault(matcher.name(), Map.of());
        if (match && matcher.op() == LabelMatcher.Op.EQUAL) {
            RoaringBitmap streams = values.get(matcher.value());
            return streams == null ? new RoaringBitmap() : streams.clone();
        }
        var parts = new ArrayList<RoaringBitmap>();
        values.forEach((value, streams) -> {
            if (matcher.matches(value) == match) {
                parts.add(streams);
            }
        });
        return RoaringBitmap.or(parts.iterator());
    }
}
