package sigyn.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import sigyn.model.LinePredicate;
import sigyn.model.TimeRange;
import sigyn.storage.rowgroup.EncodedRowGroup;
import sigyn.storage.rowgroup.RowGroup;
import sigyn.storage.rowgroup.RowGroupEncoder;
import sigyn.storage.rowgroup.RowGroupInput;
import sigyn.storage.rowgroup.RowGroupStatistics;
import sigyn.storage.rowgroup.RowGroupSummary;

/// Encodes and searches row groups of prebuilt push bodies; prints sizes by section, and the time of searching them.
///
/// `java -cp ... sigyn.bench.RowGroups FILE [max raw MB] [group MB]`
public final class RowGroups {
    private RowGroups() {}

    public static void main(String[] args) throws Exception {
        long limit = (args.length > 1 ? Long.parseLong(args[1]) : 1 << 20) << 20;
        int groupBytes = (args.length > 2 ? Integer.parseInt(args[2]) : 16) << 20;
        var corpus = new Corpus(Path.of(args[0]), groupBytes, limit);
        System.out.printf(
                "%d rows, %.1f MB of lines, %d services%n", corpus.rows, corpus.lineBytes / 1e6, corpus.groups.size());
        var all = new ArrayList<RowGroupInput>();
        corpus.groups.values().forEach(all::addAll);
        sizes(corpus);
        search(all, args[0] + ".meta");
    }

    /// Needles that are there, from the file beside the corpus, and needles that are not.
    private static void search(List<RowGroupInput> all, String meta) throws java.io.IOException {
        var encoder = new RowGroupEncoder();
        var groups = new ArrayList<EncodedRowGroup>();
        all.forEach(in -> groups.add(encoder.encodeUnverified(in)));
        var summaries = new ArrayList<RowGroupSummary>();
        groups.forEach(group -> summaries.add(RowGroupSummary.open(group.prune())));
        var needles = new ArrayList<String>(List.of(
                "needle-0123456789abcdef",
                "connection lost to foo",
                "0123456789abcdef0123456789abcdef",
                "trace_id=0123456789abcdef0123456789abcdef",
                "123e4567-e89b-12d3-a456-426614174000",
                "deadbeefcafe",
                "blk_4611686018427387904",
                "error",
                "INFO",
                "10.251.",
                "blk_38",
                "52",
                "\"level\":\"ERROR\"",
                "status=500"));
        try (var lines = java.nio.file.Files.lines(Path.of(meta))) {
            lines.filter(line -> line.startsWith("needle ")).limit(2).forEach(line -> {
                String needle = line.split(" ")[1];
                needles.add(needle);
                needles.add(needle.substring(10, 20));
            });
        }
        System.out.printf(
                "%-46s %9s %7s %7s %10s %10s %10s%n",
                "needle", "rows", "groups", "kept", "prune us", "cold ms", "warm ms");
        for (String needle : needles) {
            measure(needle, groups, summaries);
        }
    }

    /// "cold" opens every group that the prune part keeps, "warm" asks the same open groups again; over all groups.
    private static void measure(String needle, List<EncodedRowGroup> groups, List<RowGroupSummary> summaries) {
        var predicate = List.<LinePredicate>of(new LinePredicate.Contains(needle, false));
        double prune = Double.MAX_VALUE;
        double cold = Double.MAX_VALUE;
        double warm = Double.MAX_VALUE;
        long rows = 0;
        int kept = 0;
        for (int round = 0; round < 5; round++) {
            long from = cpu();
            var open = new ArrayList<EncodedRowGroup>();
            for (int i = 0; i < groups.size(); i++) {
                if (summaries.get(i).mayMatch(predicate, TimeRange.ALL)) {
                    open.add(groups.get(i));
                }
            }
            prune = Math.min(prune, (cpu() - from) / 1e3);
            kept = open.size();
            from = cpu();
            var opened = new ArrayList<RowGroup>();
            rows = 0;
            for (var group : open) {
                var data = RowGroup.open(group.data());
                opened.add(data);
                rows += data.count(predicate);
            }
            cold = Math.min(cold, (cpu() - from) / 1e6);
            from = cpu();
            for (var group : opened) {
                group.count(predicate);
            }
            warm = Math.min(warm, (cpu() - from) / 1e6);
        }
        System.out.printf(
                Locale.ROOT,
                "%-46s %9d %7d %7d %10.1f %10.2f %10.2f%n",
                needle,
                rows,
                groups.size(),
                kept,
                prune,
                cold,
                warm);
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void sizes(Corpus corpus) {
        var encoder = new RowGroupEncoder();
        var bySection = new TreeMap<String, Long>();
        long total = 0;
        for (var service : corpus.groups.entrySet()) {
            long raw = 0;
            long stored = 0;
            long templates = 0;
            var sections = new TreeMap<String, Long>();
            for (var in : service.getValue()) {
                var group = encoder.encode(in);
                stored += group.data().length + group.prune().length;
                raw += bytes(in);
                RowGroupStatistics.of(group).sections().forEach((name, size) -> sections.merge(name, size, Long::sum));
                templates += RowGroup.open(group.data()).templates();
            }
            total += stored;
            sections.forEach((name, size) -> bySection.merge(name, size, Long::sum));
            System.out.printf(
                    Locale.ROOT,
                    "%-30s %5.2f %%  %4d templates  ",
                    service.getKey(),
                    100.0 * stored / raw,
                    templates / service.getValue().size());
            print(sections, raw);
        }
        System.out.printf(Locale.ROOT, "%-30s %5.2f %%  ", "all", 100.0 * total / corpus.lineBytes);
        print(bySection, corpus.lineBytes);
    }

    private static void print(TreeMap<String, Long> sections, long raw) {
        var text = new StringBuilder();
        sections.forEach((name, size) -> text.append(String.format(Locale.ROOT, " %s %.2f", name, 100.0 * size / raw)));
        System.out.println(text);
    }

    private static long bytes(RowGroupInput in) {
        long sum = 0;
        for (int i = 0; i < in.rows(); i++) {
            sum += in.lineLength()[i];
        }
        return sum;
    }
}
