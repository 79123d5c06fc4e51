package sigyn.server.api;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import sigyn.logql.LogQl;
import sigyn.model.LabelMatcher;
import sigyn.model.TimeRange;
import sigyn.server.config.Overrides;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.storage.port.LogReader;

/// `detected_labels`, what Drilldown offers to filter by, and the limits that it may know.
final class DetectedApi {
    private final LogReader reader;
    private final Overrides limits;
    private final Clock clock;

    DetectedApi(LogReader reader, Overrides limits, Clock clock) {
        this.reader = reader;
        this.limits = limits;
        this.clock = clock;
    }

    Response labels(Request request) throws IOException {
        var params = QueryParams.of(request, clock);
        var range = params.queryRange();
        List<LabelMatcher> matchers = params.query().isEmpty() ? List.of() : LogQl.parseSelector(params.query());
        var closed = new TimeRange(range.start(), range.end() + 1);
        var values = DetectedLabels.of(reader, Caller.of(request).tenants(), matchers, closed);
        if (values.isEmpty()) {
            return QueryJson.ok(new JsonText().raw("{}"));
        }
        var json = new JsonText().raw("{\"detectedLabels\":[");
        boolean first = true;
        for (var e : values.entrySet()) {
            json.raw(first ? "{\"label\":" : ",{\"label\":").string(e.getKey());
            json.raw(",\"cardinality\":").number(e.getValue().size()).raw('}');
            first = false;
        }
        return QueryJson.ok(json.raw("]}"));
    }

    /// The names that Drilldown may know of the limits of the tenant.
    Response drilldownLimits(Request request, boolean patterns) {
        var l = limits.of(Caller.of(request).tenants());
        var e = l.read().engine();
        var json = new JsonText().raw("{\"limits\":{\"discover_log_levels\":");
        json.raw(Boolean.toString(l.ingest().discoverLevels())).raw(",\"discover_service_name\":");
        QueryJson.strings(json, l.ingest().serviceNameLabels());
        QueryJson.strings(json.raw(",\"log_level_fields\":"), l.ingest().levelFields());
        json.raw(",\"max_entries_limit_per_query\":").number(e.maxEntries());
        json.raw(",\"max_line_size_truncate\":").raw(Boolean.toString(l.ingest().truncateLines()));
        json.raw(",\"max_query_bytes_read\":\"").number(e.maxBytesRead());
        json.raw("B\",\"max_query_length\":").string(span(e.maxQueryLength()));
        json.raw(",\"max_query_lookback\":").string(span(e.maxQueryLookback()));
        json.raw(",\"max_query_range\":").string(span(e.maxQueryRange()));
        json.raw(",\"max_query_series\":").number(e.maxSeries());
        json.raw(",\"metric_aggregation_enabled\":false,\"otlp_config\":{},\"pattern_persistence_enabled\":false");
        json.raw(",\"query_timeout\":").string(span(l.read().timeout()));
        json.raw(",\"retention_period\":").string(span(l.retention().period()));
        json.raw(",\"retention_stream\":[],\"volume_enabled\":")
                .raw(Boolean.toString(l.read().volumeEnabled()));
        json.raw(",\"volume_max_series\":").number(l.read().volumeMaxSeries());
        json.raw("},\"pattern_ingester_enabled\":").raw(Boolean.toString(patterns));
        json.raw(",\"version\":").string(StatusApi.LOKI_VERSION).raw('}');
        return Response.of(200, "application/json", json.raw('\n').toBytes());
    }

    /// `30d1h`, `0s`
    private static String span(java.time.Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        var out = new StringBuilder();
        long seconds = duration.toSeconds();
        out.append(seconds >= 86400 ? seconds / 86400 + "d" : "");
        out.append(seconds % 86400 >= 3600 ? seconds % 86400 / 3600 + "h" : "");
        out.append(seconds % 3600 >= 60 ? seconds % 3600 / 60 + "m" : "");
        out.append(seconds % 60 > 0 ? seconds % 60 + "s" : "");
        return out.toString();
    }
}
