package sigyn.server.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import sigyn.logql.exec.Entry;
import sigyn.model.Labels;

/// Entries as the first version of Loki's API printed them: labels as text, times in words.
final class LegacyJson {
    private LegacyJson() {}

    /// The streams of the entries, without the brackets around them.
    static void streams(JsonText json, List<Entry> entries) {
        var streams = new TreeMap<Labels, List<Entry>>();
        for (var entry : entries) {
            streams.computeIfAbsent(entry.labels(), _ -> new ArrayList<>()).add(entry);
        }
        boolean first = true;
        for (var stream : streams.entrySet()) {
            json.raw(first ? "{\"labels\":" : ",{\"labels\":");
            first = false;
            json.string(stream.getKey().toString()).raw(",\"entries\":[");
            boolean firstEntry = true;
            for (var entry : stream.getValue()) {
                json.raw(firstEntry ? "{\"ts\":\"" : ",{\"ts\":\"").raw(time(entry.time()));
                json.raw("\",\"line\":").string(entry.line());
                if (!entry.parsed().isEmpty()) {
                    QueryJson.labels(json.raw(",\"parsed\":"), entry.parsed());
                }
                json.raw('}');
                firstEntry = false;
            }
            json.raw("]}");
        }
    }

    /// RFC 3339 with as many digits of the fraction as there are.
    static String time(long nanos) {
        String text = Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
                .toString();
        return text.indexOf('.') < 0 ? text : text.replaceAll("0+Z$", "Z");
    }
}
