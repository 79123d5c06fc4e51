package sigyn.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import sigyn.storage.rowgroup.EncodedRowGroup;
import sigyn.storage.rowgroup.RowGroup;
import sigyn.storage.rowgroup.RowGroupEncoder;
import sigyn.storage.rowgroup.RowGroupInput;
import sigyn.storage.rowgroup.RowGroupStatistics;

/// Encodes, decodes and searches row groups of prebuilt push bodies; prints sizes, and speed per CPU second of one
/// thread.
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
        speed(all);
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

    private static void speed(List<RowGroupInput> all) {
        for (int round = 0; round < 3; round++) {
            var encoder = new RowGroupEncoder();
            var encoded = new ArrayList<EncodedRowGroup>();
            long raw = 0;
            long from = cpu();
            for (var in : all) {
                encoded.add(encoder.encodeUnverified(in));
                raw += bytes(in);
            }
            double encode = raw / 1e6 / ((cpu() - from) / 1e9);
            from = cpu();
            long decoded = 0;
            for (var group : encoded) {
                decoded += RowGroup.open(group.data()).decodeAll();
            }
            double decode = decoded / 1e6 / ((cpu() - from) / 1e9);
            System.out.printf(Locale.ROOT, "encode %.0f MB per CPU s, decode %.0f%n", encode, decode);
        }
    }
}
