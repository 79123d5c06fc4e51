package sigyn.logql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import sigyn.model.Direction;
import sigyn.model.GoRegex;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.LinePredicate;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.LogReader;
import sigyn.storage.port.RowBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.port.StreamStats;

/// Stored logs as a list of entries: the plainest thing that can answer a scan. Equal entries are kept once.
public final class ListReader implements LogReader {
    record Stored(Labels stream, long time, byte[] line, Labels metadata) {
        private List<Object> identity() {
            return List.of(stream, time, new String(line, StandardCharsets.ISO_8859_1), metadata);
        }
    }

    private final LinkedHashMap<List<Object>, Stored> entries = new LinkedHashMap<>();
    private final int unitSize;
    private final int batchSize;

    /// Scans give units of at most so many entries, in batches of at most so many.
    public ListReader(int unitSize, int batchSize) {
        this.unitSize = unitSize;
        this.batchSize = batchSize;
    }

    public void add(Labels stream, long time, String line, Labels metadata) {
        var entry = new Stored(stream, time, line.getBytes(StandardCharsets.UTF_8), metadata);
        entries.putIfAbsent(entry.identity(), entry);
    }

    List<Stored> all() {
        return List.copyOf(entries.values());
    }

    @Override
    public List<ScanUnit> scan(ScanRequest request) {
        var rows = new ArrayList<Stored>();
        for (var entry : entries.values()) {
            if (request.range().contains(entry.time)
                    && entry.stream.matches(request.matchers())
                    && request.lines().stream().allMatch(p -> holds(p, entry.line))) {
                rows.add(entry);
            }
        }
        rows.sort(Comparator.comparingLong(Stored::time));
        if (request.direction() == Direction.BACKWARD) {
            Collections.reverse(rows);
        }
        var units = new ArrayList<ScanUnit>();
        for (int i = 0; i < rows.size(); i += unitSize) {
            units.add(new Unit(rows.subList(i, Math.min(rows.size(), i + unitSize)), request, batchSize));
        }
        return units;
    }

    static boolean holds(LinePredicate predicate, byte[] line) {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        return switch (predicate) {
            case LinePredicate.Contains contains -> {
                String needle = new String(contains.bytes(), StandardCharsets.ISO_8859_1);
                yield contains.ignoreCase()
                        ? text.toLowerCase(Locale.ROOT).contains(needle.toLowerCase(Locale.ROOT))
                        : text.contains(needle);
            }
            case LinePredicate.Matches matches ->
                GoRegex.compile(matches.regex()).matcher(line).find();
            case LinePredicate.NotAscii _ -> !text.chars().allMatch(c -> c < 0x80);
            case LinePredicate.AnyOf any -> any.parts().stream().anyMatch(p -> holds(p, line));
            case LinePredicate.Not not -> !holds(not.part(), line);
        };
    }

    private record Unit(List<Stored> entries, ScanRequest request, int batchSize) implements ScanUnit {
        @Override
        public long minTime() {
            return entries.stream().mapToLong(Stored::time).min().orElse(0);
        }

        @Override
        public long maxTime() {
            return entries.stream().mapToLong(Stored::time).max().orElse(0);
        }

        @Override
        public long rows() {
            return entries.size();
        }

        @Override
        public void read(RowSink sink) throws InterruptedException {
            for (int i = 0; i < entries.size(); i += batchSize) {
                if (!sink.accept(batch(entries.subList(i, Math.min(entries.size(), i + batchSize))))) {
                    return;
                }
            }
        }

        private RowBatch batch(List<Stored> part) {
            int n = part.size();
            var streams = new ArrayList<Labels>();
            int[] stream = new int[n];
            long[] time = new long[n];
            int[] start = new int[n];
            int[] length = new int[n];
            var bytes = new java.io.ByteArrayOutputStream();
            var names = new TreeSet<String>();
            for (int i = 0; i < n; i++) {
                var entry = part.get(i);
                if (!streams.contains(entry.stream)) {
                    streams.add(entry.stream);
                }
                stream[i] = streams.indexOf(entry.stream);
                time[i] = entry.time;
                start[i] = bytes.size();
                if (request.needsLines()) {
                    length[i] = entry.line.length;
                    bytes.writeBytes(entry.line);
                }
                for (int k = 0; k < entry.metadata.size(); k++) {
                    names.add(entry.metadata.name(k));
                }
            }
            var columns = new ArrayList<RowBatch.MetadataColumn>();
            if (request.needsMetadata()) {
                for (String name : names) {
                    columns.add(column(name, part));
                }
            }
            return new RowBatch(n, streams, stream, time, bytes.toByteArray(), start, length, columns);
        }

        private static RowBatch.MetadataColumn column(String name, List<Stored> part) {
            int[] start = new int[part.size()];
            int[] length = new int[part.size()];
            var bytes = new java.io.ByteArrayOutputStream();
            for (int i = 0; i < part.size(); i++) {
                String value = part.get(i).metadata.get(name);
                start[i] = bytes.size();
                length[i] = -1;
                if (value != null) {
                    byte[] raw = value.getBytes(StandardCharsets.UTF_8);
                    length[i] = raw.length;
                    bytes.writeBytes(raw);
                }
            }
            return new RowBatch.MetadataColumn(name, bytes.toByteArray(), start, length);
        }
    }

    private List<Stored> matching(TimeRange range, List<LabelMatcher> matchers) {
        return entries.values().stream()
                .filter(e -> range.contains(e.time) && e.stream.matches(matchers))
                .toList();
    }

    @Override
    public NavigableSet<String> labelNames(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        var names = new TreeSet<String>();
        for (var entry : matching(range, matchers)) {
            names.addAll(entry.stream.toMap().keySet());
        }
        return names;
    }

    @Override
    public NavigableSet<String> labelValues(Tenant tenant, String name, TimeRange range, List<LabelMatcher> matchers) {
        var values = new TreeSet<String>();
        for (var entry : matching(range, matchers)) {
            if (entry.stream.has(name)) {
                values.add(entry.stream.valueOrEmpty(name));
            }
        }
        return values;
    }

    @Override
    public List<Labels> series(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        return matching(range, matchers).stream()
                .map(Stored::stream)
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public List<StreamStats> stats(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        return series(tenant, range, matchers).stream()
                .map(labels -> {
                    var mine = matching(range, matchers).stream()
                            .filter(e -> e.stream.equals(labels))
                            .toList();
                    long bytes = mine.stream().mapToLong(e -> e.line.length).sum();
                    return new StreamStats(labels, mine.size(), bytes, 1);
                })
                .toList();
    }
}
