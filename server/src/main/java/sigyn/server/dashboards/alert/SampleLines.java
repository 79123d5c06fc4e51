package sigyn.server.dashboards.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import sigyn.model.SigynException;
import sigyn.server.dashboards.source.LinesBehind;
import sigyn.server.dashboards.source.QueryRunner;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import tools.jackson.databind.JsonNode;

/// The newest lines that made a series fire.
final class SampleLines {
    private static final int LINES = 3;
    private static final int LONGEST = 2_000;

    private final QueryRunner queries;

    SampleLines(QueryRunner queries) {
        this.queries = queries;
    }

    /// At most three; none when the rule's query counts no lines or the source fails.
    List<Instance.Sample> of(Rule rule, SortedMap<String, String> series, Instant at) throws Exception {
        var query = rule.query();
        if (query == null) {
            return List.of();
        }
        var range = Duration.ofSeconds(query.fromSeconds() - query.toSeconds());
        var behind = LinesBehind.of(Json.text(query.model(), "expr"), series, range);
        if (behind.isEmpty()) {
            return List.of();
        }
        var lines = behind.get();
        Instant to = at.minusSeconds(query.toSeconds()).minus(lines.offset());
        var body = Json.object();
        body.put("from", Long.toString(to.minus(lines.window()).toEpochMilli()));
        body.put("to", Long.toString(to.toEpochMilli()));
        var ask = body.putArray("queries").addObject();
        ask.put("refId", "A").put("expr", lines.query()).put("maxLines", LINES);
        ask.putObject("datasource").put("uid", query.datasourceUid());
        try {
            var frames = queries.run(body, Optional.empty())
                    .body()
                    .path("results")
                    .path("A")
                    .path("frames");
            return read(frames.path(0).path("data").path("values"));
        } catch (Refusal | SigynException e) {
            return List.of();
        }
    }

    /// @param columns labels, times, lines, times in nanoseconds
    private static List<Instance.Sample> read(JsonNode columns) {
        var samples = new ArrayList<Instance.Sample>();
        JsonNode lines = columns.path(2);
        for (int i = 0; i < Math.min(LINES, lines.size()); i++) {
            String line = lines.path(i).asString("");
            var row = Json.object();
            row.set("labels", columns.path(0).path(i));
            samples.add(new Instance.Sample(
                    columns.path(3).path(i).asString(""),
                    line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line,
                    Rule.texts(row, "labels")));
        }
        return samples;
    }
}
