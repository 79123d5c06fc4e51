package sigyn.bench;

import java.util.Map;

/// Figures of two other servers on the workload with the default options, from sixteen samples, taken in one run on one
/// machine of two cores. Times drift between machines; compare CPU seconds, and those by their ratio to a yardstick.
final class Reference {
    /// One figure of Loki 3.7.6 and VictoriaLogs 1.26, as text.
    record Figure(String loki, String victoriaLogs) {
        static final Figure NONE = new Figure("", "");
    }

    private static final Map<String, Figure> FIGURES = Map.ofEntries(
            Map.entry("yardstick.zstd1_mb_per_cpu_s", new Figure("333", "333")),
            Map.entry("ingest.mb_per_cpu_s", new Figure("34.4", "33.1")),
            Map.entry("ingest.mb_per_s", new Figure("37.1", "31.5")),
            Map.entry("ingest.peak_rss_mb", new Figure("874", "266")),
            Map.entry("disk.percent", new Figure("22.4", "18.0")),
            Map.entry("needle-all", new Figure("7295 (5.7)", "8.5-15 (0.01)")),
            Map.entry("needle-absent", new Figure("5331 (5.4)", "5 (0.004)")),
            Map.entry("substr-mid-token", new Figure("3027 (5.9)", "700 (0.75)")),
            Map.entry("regex-one-service", new Figure("70 (0.11)", "15 (0.01)")),
            Map.entry("regex-all-absent", new Figure("3173 (5.6)", "449 (0.63)")),
            Map.entry("latest-1000", new Figure("38 (0.05)", "62 (0.11)")),
            Map.entry("count-by-level", new Figure("11674 (9.2)", "90-200 (0.15)")),
            Map.entry("rate-filtered", new Figure("7417 (6.7)", "608 (0.92)")),
            Map.entry("json-agg", new Figure("1541 (1.9)", "72 (0.05)")),
            Map.entry("logfmt-quantile", new Figure("1747 (1.75)", "975 (0.91)")),
            Map.entry("trace-id-json", new Figure("3208 (2.0)", "25 (0.01)")));

    private Reference() {}

    static Figure of(String key) {
        return FIGURES.getOrDefault(key, Figure.NONE);
    }
}
