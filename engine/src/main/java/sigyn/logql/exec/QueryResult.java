package sigyn.logql.exec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import sigyn.model.Labels;

/// The answer to a query, in the order in which it is to be printed.
public sealed interface QueryResult {
    QueryStats stats();

    /// What the reader has to know: something was cut, or is missing. Empty when the answer is whole.
    List<String> warnings();

    /// Bytes that the answer and its text take together, about.
    default long bytes() {
        long bytes = 10_000;
        switch (this) {
            case Streams streams -> {
                for (var entry : streams.entries()) {
                    bytes += 300 + 120L * entry.labels().size() + 3L * entry.line().length;
                }
            }
            case Matrix matrix -> {
                for (var series : matrix.series()) {
                    bytes += 300 + 120L * series.labels().size() + 90L * series.times().length;
                }
            }
            case Vector vector -> {
                for (var sample : vector.samples()) {
                    bytes += 400 + 120L * sample.labels().size();
                }
            }
            case Scalar _ -> {}
        }
        return bytes;
    }

    /// The same with more to say.
    default QueryResult warn(Collection<String> more) {
        if (more.isEmpty()) {
            return this;
        }
        var all = new ArrayList<>(warnings());
        all.addAll(more);
        return switch (this) {
            case Streams s -> new Streams(s.entries(), s.stats(), all);
            case Matrix m -> new Matrix(m.series(), m.stats(), all);
            case Vector v -> new Vector(v.samples(), v.stats(), all);
            case Scalar s -> new Scalar(s.time(), s.value(), s.stats(), all);
        };
    }

    /// Lines in the order of the query's direction over all streams.
    record Streams(List<Entry> entries, QueryStats stats, List<String> warnings) implements QueryResult {
        public Streams {
            entries = List.copyOf(entries);
            warnings = List.copyOf(warnings);
        }

        /// Grouped by all labels, sorted by label text: stream labels, metadata and what the pipeline made in one set.
        public List<Stream> merged() {
            return grouped(Entry::labels);
        }

        /// Grouped by stream labels, sorted by label text; metadata and parsed labels stay with each entry. Entries of
        /// one time stand in the order of all their labels, as in Loki.
        public List<Stream> categorized() {
            return grouped(Entry::stream).stream()
                    .map(s -> new Stream(s.labels(), tiesByLabels(s.entries())))
                    .toList();
        }

        private static List<Entry> tiesByLabels(List<Entry> entries) {
            var sorted = new ArrayList<>(entries);
            int from = 0;
            for (int i = 1; i <= sorted.size(); i++) {
                if (i == sorted.size()
                        || sorted.get(i).time() != sorted.get(from).time()) {
                    if (i - from > 1) {
                        sorted.subList(from, i).sort(Comparator.comparing(Entry::labels));
                    }
                    from = i;
                }
            }
            return sorted;
        }

        private List<Stream> grouped(Function<Entry, Labels> by) {
            var groups = new TreeMap<Labels, List<Entry>>();
            for (var entry : entries) {
                groups.computeIfAbsent(by.apply(entry), _ -> new ArrayList<>()).add(entry);
            }
            var streams = new ArrayList<Stream>(groups.size());
            groups.forEach((labels, list) -> streams.add(new Stream(labels, list)));
            return streams;
        }
    }

    record Stream(Labels labels, List<Entry> entries) {}

    /// Series over time, sorted by labels.
    record Matrix(List<Series> series, QueryStats stats, List<String> warnings) implements QueryResult {
        public Matrix {
            series = List.copyOf(series);
            warnings = List.copyOf(warnings);
        }
    }

    /// Points in time order; times in milliseconds since 1970.
    record Series(Labels labels, long[] times, double[] values) {}

    /// One value per series; sorted by labels unless the query says otherwise.
    record Vector(List<Sample> samples, QueryStats stats, List<String> warnings) implements QueryResult {
        public Vector {
            samples = List.copyOf(samples);
            warnings = List.copyOf(warnings);
        }
    }

    /// Time in milliseconds since 1970.
    record Sample(Labels labels, long time, double value) {}

    /// A bare number; time in milliseconds since 1970.
    record Scalar(long time, double value, QueryStats stats, List<String> warnings) implements QueryResult {
        public Scalar {
            warnings = List.copyOf(warnings);
        }
    }
}
