package sigyn.server.api;

import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import sigyn.logql.LogQl;
import sigyn.logql.ast.ByteSizes;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.TimeRange;
import sigyn.server.config.Overrides;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.storage.port.LogReader;
import sigyn.storage.port.StreamStats;

/// `index/stats`, `index/volume`, `index/volume_range` and `index/shards`: exact counts of what is stored.
final class IndexApi {
    private static final long MILLISECOND = 1_000_000L;

    private final LogReader reader;
    private final Volumes volumes;
    private final Overrides limits;
    private final Clock clock;

    IndexApi(LogReader reader, Overrides limits, Clock clock) {
        this.reader = reader;
        this.volumes = new Volumes(reader);
        this.limits = limits;
        this.clock = clock;
    }

    Response stats(Request request) throws IOException {
        var params = QueryParams.of(request, clock);
        var range = params.queryRange();
        params.limit();
        params.step(range);
        return QueryJson.ok(counts(new JsonText(), request, range, LogQl.parseSelector(params.query())));
    }

    /// One shard, which has everything: who asks splits up nothing.
    Response shards(Request request) throws IOException {
        var params = QueryParams.of(request, clock);
        var range = params.queryRange();
        if (!isPositive(params.text("targetBytesPerShard"))) {
            throw SigynException.badRequest("targetBytesPerShard must be a positive value");
        }
        var matchers = LogQl.parseLog(params.query()).matchers();
        var json =
                new JsonText().raw("{\"shards\":[{\"bounds\":{\"min\":\"0\",\"max\":\"ffffffffffffffff\"},\"stats\":");
        return QueryJson.ok(counts(json, request, range, matchers).raw("}],\"statistics\":{}}"));
    }

    /// A number of bytes above zero, such as `600MB`.
    private static boolean isPositive(String bytes) {
        try {
            return !bytes.isEmpty() && ByteSizes.parse(bytes) > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private JsonText counts(JsonText json, Request request, TimeRange range, List<LabelMatcher> matchers) {
        long streams = 0;
        long chunks = 0;
        long bytes = 0;
        long entries = 0;
        for (var part : TenantPart.of(Caller.of(request).tenants(), matchers)) {
            for (StreamStats s : reader.stats(part.tenant(), closed(range), part.matchers())) {
                streams++;
                chunks += s.chunks();
                bytes += Volumes.estimate(s);
                entries += s.entries();
            }
        }
        return json.raw("{\"streams\":")
                .number(streams)
                .raw(",\"chunks\":")
                .number(chunks)
                .raw(",\"bytes\":")
                .number(bytes)
                .raw(",\"entries\":")
                .number(entries)
                .raw('}');
    }

    private static TimeRange closed(TimeRange range) {
        return new TimeRange(range.start(), range.end() == Long.MAX_VALUE ? range.end() : range.end() + 1);
    }

    Response volume(Request request) throws IOException {
        return volumes(request, false);
    }

    Response volumeRange(Request request) throws IOException {
        return volumes(request, true);
    }

    private Response volumes(Request request, boolean overTime) throws IOException {
        var tenants = Caller.of(request).tenants();
        var read = limits.of(tenants).read();
        if (!read.volumeEnabled()) {
            throw new SigynException(sigyn.model.ErrorKind.NOT_FOUND, "not found");
        }
        var params = QueryParams.of(request, clock);
        var range = params.queryRange();
        String limitText = params.text("limit");
        int limit = limitText.isEmpty() ? 0 : QueryParams.integer(limitText);
        if (limit < 0) {
            throw SigynException.badRequest("limit must be a positive value");
        }
        limit = limit == 0 ? Volumes.DEFAULT_LIMIT : limit;
        var matchers = LogQl.parseAnySelector(params.query());
        String by = params.text("aggregateBy");
        if (!by.isEmpty() && !by.equals("series") && !by.equals("labels")) {
            throw SigynException.badRequest("invalid aggregation option");
        }
        List<String> targets = params.text("targetLabels").isEmpty()
                ? List.of()
                : List.of(params.text("targetLabels").split(",", -1));
        var question = Volumes.Question.of(tenants, matchers, targets, by.equals("labels"), read.volumeMaxSeries());
        if (!overTime) {
            return vector(volumes.top(question, closed(range), limit), range.end());
        }
        return matrix(question, range, params.step(range), limit);
    }

    private static Response vector(List<Volumes.Volume> volumes, long end) {
        var json = new JsonText().raw("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[");
        boolean first = true;
        for (var volume : volumes) {
            json.raw(first ? "{\"metric\":" : ",{\"metric\":");
            first = false;
            metric(json, volume.labels());
            json.raw(",\"value\":");
            QueryJson.sample(json, end / MILLISECOND, (double) volume.bytes());
            json.raw('}');
        }
        return QueryJson.ok(json.raw("],\"stats\":{}}}"));
    }

    private static void metric(JsonText json, Labels labels) {
        json.raw('{');
        for (int i = 0; i < labels.size(); i++) {
            json.raw(i > 0 ? "," : "").string(labels.name(i)).raw(':');
            json.string(labels.value(i).equals(Volumes.LABEL_ONLY) ? "" : labels.value(i));
        }
        json.raw('}');
    }

    private Response matrix(Volumes.Question question, TimeRange range, long step, int limit) {
        Map<Labels, TreeMap<Long, Long>> series = new HashMap<>();
        for (long start = Math.floorDiv(range.start(), step) * step; start <= range.end(); start += step) {
            var bucket = new TimeRange(Math.max(start, range.start()), Math.min(start + step, range.end() + 1));
            if (bucket.isEmpty()) {
                continue;
            }
            long close = start + step;
            long time = close >= range.end() ? range.end() / MILLISECOND : close / MILLISECOND - 1;
            for (var volume : volumes.top(question, bucket, limit)) {
                series.computeIfAbsent(volume.labels(), _ -> new TreeMap<>()).put(time, volume.bytes());
            }
        }
        boolean single = series.values().stream().allMatch(points -> points.size() <= 1);
        var json = new JsonText().raw("{\"status\":\"success\",\"data\":{\"resultType\":");
        json.raw(single ? "\"vector\"" : "\"matrix\"").raw(",\"result\":[");
        boolean first = true;
        for (Labels labels : series.keySet().stream().sorted().collect(Collectors.toList())) {
            json.raw(first ? "{\"metric\":" : ",{\"metric\":");
            first = false;
            metric(json, labels);
            json.raw(single ? ",\"value\":" : ",\"values\":[");
            boolean firstPoint = true;
            for (var point : series.getOrDefault(labels, new TreeMap<>()).entrySet()) {
                json.raw(firstPoint ? "" : ",");
                firstPoint = false;
                QueryJson.sample(json, point.getKey(), point.getValue().doubleValue());
            }
            json.raw(single ? "}" : "]}");
        }
        return QueryJson.ok(json.raw("],\"stats\":{}}}"));
    }
}
