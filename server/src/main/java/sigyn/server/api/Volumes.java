package sigyn.server.api;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import sigyn.model.ErrorKind;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.LogReader;
import sigyn.storage.port.StreamStats;

/// How many bytes streams have, summed by labels.
public final class Volumes {
    public static final int DEFAULT_LIMIT = 100;

    /// Stands for the empty value of a volume by label name, which a label set cannot hold.
    public static final String LABEL_ONLY = "\0";

    private final LogReader reader;

    public record Volume(Labels labels, long bytes) {}

    /// @param required labels that a stream must have to count at all
    /// @param targets the labels to sum by; none for all
    /// @param byLabels sums per name of a label instead of per set of values
    public record Question(
            List<Tenant> tenants,
            List<LabelMatcher> matchers,
            List<String> required,
            List<String> targets,
            boolean byLabels,
            int maxSeries) {
        public Question {
            tenants = List.copyOf(tenants);
            matchers = List.copyOf(matchers);
            required = List.copyOf(required);
            targets = List.copyOf(targets);
        }

        /// @param named what the asker wants to sum by: without any the labels of the matchers, or all names
        public static Question of(
                List<Tenant> tenants,
                List<LabelMatcher> matchers,
                List<String> named,
                boolean byLabels,
                int maxSeries) {
            var targets = named.isEmpty() && !byLabels
                    ? matchers.stream().map(LabelMatcher::name).distinct().toList()
                    : named;
            return new Question(tenants, matchers, named, targets, byLabels, maxSeries);
        }
    }

    public Volumes(LogReader reader) {
        this.reader = reader;
    }

    /// The largest sums, largest first.
    public List<Volume> top(Question question, TimeRange range, int limit) {
        var sums = new HashMap<Labels, Long>();
        boolean several = question.tenants.size() > 1;
        for (var part : TenantPart.of(question.tenants, question.matchers)) {
            for (StreamStats s : reader.stats(part.tenant(), range, part.matchers())) {
                Labels labels = several
                        ? s.labels().with(TenantPart.LABEL, part.tenant().id())
                        : s.labels();
                if (!question.required.stream().allMatch(labels::has)) {
                    continue;
                }
                for (Labels key : keys(labels, question.targets, question.byLabels)) {
                    sums.merge(key, estimate(s), Long::sum);
                }
            }
        }
        if (sums.size() > question.maxSeries) {
            throw new SigynException(
                    ErrorKind.LIMIT_EXCEEDED,
                    "the query hit the max number of series limit (limit: " + question.maxSeries + " series)");
        }
        return sums.entrySet().stream()
                .map(e -> new Volume(e.getKey(), e.getValue()))
                .sorted(Comparator.comparingLong(Volume::bytes)
                        .reversed()
                        .thenComparing(volume -> volume.labels().toString()))
                .limit(limit)
                .toList();
    }

    private static List<Labels> keys(Labels labels, List<String> targets, boolean byLabels) {
        if (byLabels) {
            var keys = new ArrayList<Labels>();
            for (int i = 0; i < labels.size(); i++) {
                if (targets.isEmpty() || targets.contains(labels.name(i))) {
                    keys.add(Labels.of(labels.name(i), LABEL_ONLY));
                }
            }
            return keys;
        }
        if (targets.isEmpty()) {
            return List.of(labels);
        }
        var kept = new TreeMap<String, String>();
        for (String target : targets) {
            kept.put(target, labels.valueOrEmpty(target));
        }
        var key = Labels.of(kept);
        return key.isEmpty() ? List.of() : List.of(key);
    }

    /// What Loki's chunks hold of a stream: lines, metadata as it was sent and a dozen bytes per entry. What is counted
    /// here has the level that was detected on arrival in it, some 22 bytes per entry, which Loki does not count.
    public static long estimate(StreamStats stats) {
        return Math.max(0, stats.bytes() - 10 * stats.entries());
    }
}
