package sigyn.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What was measured: printed as it comes, as rows of one table beside the [Reference], and kept for a JSON document.
final class Report {
    private final Map<String, Map<String, Double>> groups = new LinkedHashMap<>();
    private final List<Queries.Result> queries = new ArrayList<>();
    private boolean headed;

    /// A figure of a group: its words for people, its key for programs.
    void value(String group, String words, String key, double value) {
        groups.computeIfAbsent(group, _ -> new LinkedHashMap<>()).put(key, value);
        row(group + ": " + words, number(value), Reference.of(group + "." + key), "");
    }

    void query(Queries.Result result) {
        queries.add(result);
        String figures = String.format(Locale.ROOT, "%.1f (%.3f)", result.medianMillis(), result.cpuSecondsPerRun());
        String server = Double.isNaN(result.serverMillis())
                ? ""
                : String.format(Locale.ROOT, "in the server %.1f  ", result.serverMillis());
        String more = String.format(
                Locale.ROOT,
                "then %.1f  %sfirst %.1f  %s",
                result.warmMillis(),
                server,
                result.firstMillis(),
                result.answer());
        row(result.name() + ": ms (CPU s)", figures, Reference.of(result.name()), more);
    }

    private void row(String what, String value, Reference.Figure reference, String more) {
        if (!headed) {
            headed = true;
            System.out.printf("%-44s %16s %14s %14s%n", "", "here", "Loki", "VictoriaLogs");
        }
        String line = String.format(
                Locale.ROOT, "%-44s %16s %14s %14s  %s", what, value, reference.loki(), reference.victoriaLogs(), more);
        System.out.println(line.stripTrailing());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 1000 || value == Math.rint(value) ? "%.0f" : "%.2f", value);
    }

    String json(Map<String, String> options) {
        var out = new StringBuilder("{\n\"options\": {");
        var pairs = new ArrayList<String>();
        new TreeMap<>(options).forEach((name, value) -> pairs.add(text(name) + ": " + text(value)));
        out.append(String.join(", ", pairs)).append("}");
        groups.forEach((group, values) -> {
            var fields = new ArrayList<String>();
            values.forEach((key, value) -> fields.add(text(key) + ": " + String.format(Locale.ROOT, "%.3f", value)));
            out.append(",\n")
                    .append(text(group))
                    .append(": {")
                    .append(String.join(", ", fields))
                    .append("}");
        });
        var rows = new ArrayList<String>();
        for (var query : queries) {
            String server = Double.isNaN(query.serverMillis())
                    ? ""
                    : String.format(Locale.ROOT, "\"server_median_ms\": %.2f, ", query.serverMillis());
            rows.add(String.format(
                    Locale.ROOT,
                    "%s: {\"first_ms\": %.2f, \"median_ms\": %.2f, \"warm_median_ms\": %.2f, %s\"cpu_s\": %.4f, \"answer\": %s}",
                    text(query.name()),
                    query.firstMillis(),
                    query.medianMillis(),
                    query.warmMillis(),
                    server,
                    query.cpuSecondsPerRun(),
                    text(query.answer())));
        }
        return out.append(",\n\"queries\": {\n")
                .append(String.join(",\n", rows))
                .append("\n}\n}\n")
                .toString();
    }

    private static String text(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + '"';
    }
}
