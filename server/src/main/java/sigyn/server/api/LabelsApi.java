package sigyn.server.api;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import sigyn.logql.LogQl;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.TimeRange;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.storage.port.LogReader;

/// `labels`, `label/{name}/values` and `series`.
final class LabelsApi {
    private final LogReader reader;
    private final Clock clock;

    LabelsApi(LogReader reader, Clock clock) {
        this.reader = reader;
        this.clock = clock;
    }

    Response names(Request request) throws IOException {
        var params = QueryParams.of(request, clock);
        var range = range(params);
        var matchers = matchers(params);
        var names = new TreeSet<String>();
        var tenants = Caller.of(request).tenants();
        for (var part : TenantPart.of(tenants, matchers)) {
            names.addAll(reader.labelNames(part.tenant(), range, part.matchers()));
        }
        names.removeIf(name -> name.startsWith("__"));
        if (tenants.size() > 1 && !names.isEmpty()) {
            names.add(TenantPart.LABEL);
        }
        return list(names);
    }

    Response values(Request request) throws IOException {
        var params = QueryParams.of(request, clock);
        var range = range(params);
        var matchers = matchers(params);
        String name = request.pathParam("name");
        var values = new TreeSet<String>();
        var tenants = Caller.of(request).tenants();
        for (var part : TenantPart.of(tenants, matchers)) {
            if (tenants.size() > 1 && name.equals(TenantPart.LABEL)) {
                if (!reader.labelNames(part.tenant(), range, part.matchers()).isEmpty()) {
                    values.add(part.tenant().id());
                }
            } else {
                values.addAll(reader.labelValues(part.tenant(), name, range, part.matchers()));
            }
        }
        return list(values);
    }

    private static TimeRange range(QueryParams params) {
        var range = params.range();
        if (range.start() > range.end()) {
            throw SigynException.badRequest(
                    "this data is no longer available, it is past now - max_query_lookback (0s)");
        }
        return new TimeRange(range.start(), range.end() + 1);
    }

    private static List<LabelMatcher> matchers(QueryParams params) {
        String query = params.query();
        return query.isEmpty() ? List.of() : LogQl.parseSelector(query);
    }

    private static Response list(TreeSet<String> strings) {
        var json = new JsonText().raw("{\"status\":\"success\"");
        if (!strings.isEmpty()) {
            json.raw(",\"data\":");
            QueryJson.strings(json, strings);
        }
        return QueryJson.ok(json.raw('}'));
    }

    private static List<LabelMatcher> seriesSelector(String selector) {
        if (LogQl.parseAnySelector(selector).isEmpty()) {
            throw SigynException.badRequest("0 matchers in group: " + selector);
        }
        return LogQl.parseSelector(selector);
    }

    Response series(Request request) throws IOException {
        var params = QueryParams.of(request, clock);
        var range = range(params);
        var selectors = new ArrayList<>(params.all().all("match[]"));
        selectors.addAll(params.all().all("match"));
        var groups = new ArrayList<List<LabelMatcher>>();
        for (String selector : selectors) {
            boolean everything =
                    selectors.size() == 1 && selector.replaceAll("\\s", "").equals("{}");
            var matchers = everything ? List.<LabelMatcher>of() : seriesSelector(selector);
            groups.add(matchers);
        }
        if (groups.isEmpty()) {
            groups.add(List.of());
        }
        var tenants = Caller.of(request).tenants();
        var series = new TreeSet<Labels>();
        for (var matchers : groups) {
            for (var part : TenantPart.of(tenants, matchers)) {
                for (Labels labels : reader.series(part.tenant(), range, part.matchers())) {
                    series.add(
                            tenants.size() > 1
                                    ? labels.with(
                                            TenantPart.LABEL, part.tenant().id())
                                    : labels);
                }
            }
        }
        var json = new JsonText().raw("{\"status\":\"success\",\"data\":[");
        boolean first = true;
        for (Labels labels : series) {
            if (!first) {
                json.raw(',');
            }
            first = false;
            QueryJson.labels(json, labels);
        }
        return QueryJson.ok(json.raw("]}"));
    }
}
