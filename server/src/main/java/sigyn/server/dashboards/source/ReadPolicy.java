package sigyn.server.dashboards.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sigyn.logql.LogQl;
import sigyn.logql.ast.LogExpr;
import sigyn.model.GoQuote;
import sigyn.model.LabelMatcher;
import sigyn.model.SigynException;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Params;

/// What of the logs somebody may read: a stream selector whose matchers are added to every selector of every request.
///
/// A request is let through only when its path is one of those known to be narrowed by the query it carries; the query
/// is parsed and written anew, so that what is checked is what runs.
public final class ReadPolicy {
    private static final String API = "loki/api/v1/";
    private static final Set<String> BY_QUERY =
            Set.of("query", "query_range", "tail", "index/stats", "index/volume", "index/volume_range", "patterns");
    private static final Set<String> BY_SELECTOR = Set.of("labels", "label", "detected_labels");
    private static final Set<String> HARMLESS = Set.of("format_query", "status/buildinfo", "drilldown-limits");

    private final List<LabelMatcher> matchers;

    private ReadPolicy(List<LabelMatcher> matchers) {
        this.matchers = matchers;
    }

    /// Reads a policy such as `{namespace="a"}`; empty text is no policy.
    public static Optional<ReadPolicy> of(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(new ReadPolicy(LogQl.parseSelector(text)));
    }

    /// The parameters with which the request may go on. A request that cannot be narrowed is refused.
    ///
    /// @param path below the data source, decoded
    public Params narrow(String path, Params params) {
        if (!path.startsWith(API)) {
            throw refused(path);
        }
        String name = path.substring(API.length());
        if (HARMLESS.contains(name)) {
            return params;
        }
        if (name.equals("series")) {
            return series(params);
        }
        if (BY_QUERY.contains(name)) {
            return replaced(params, "query", List.of(query(params.firstOr("query", ""))));
        }
        boolean values = name.matches("label/[^/]+/values");
        if (values || BY_SELECTOR.contains(name)) {
            return replaced(params, "query", List.of(selector(params.firstOr("query", "{}"))));
        }
        if (name.equals("detected_fields") || name.matches("detected_field/[^/]+/values")) {
            return replaced(params, "query", List.of(query(params.firstOr("query", "{}"))));
        }
        throw refused(path);
    }

    private Params series(Params params) {
        var asked = new ArrayList<>(params.all("match[]"));
        asked.addAll(params.all("match"));
        if (asked.isEmpty()) {
            asked.add("{}");
        }
        var narrowed = asked.stream().map(this::selector).toList();
        return replaced(replaced(params, "match", List.of()), "match[]", narrowed);
    }

    /// The query with the policy's matchers in each of its selectors.
    public String query(String text) {
        if (text.isBlank() || isEmptySelector(text)) {
            return selectorText(List.of());
        }
        var expr = LogQl.parse(text);
        return LogQl.print(QueryTrees.mapLogs(expr, log -> {
            var all = new ArrayList<>(log.matchers());
            all.addAll(matchers);
            return new LogExpr(all, log.stages(), log.span());
        }));
    }

    private String selector(String text) {
        return selectorText(text.isBlank() || isEmptySelector(text) ? List.of() : LogQl.parseAnySelector(text));
    }

    private static boolean isEmptySelector(String text) {
        return text.replaceAll("\\s", "").equals("{}");
    }

    private String selectorText(List<LabelMatcher> asked) {
        var all = new ArrayList<>(asked);
        all.addAll(matchers);
        var text = new StringBuilder("{");
        for (var matcher : all) {
            text.append(text.length() > 1 ? ", " : "")
                    .append(matcher.name())
                    .append(matcher.op().text())
                    .append(GoQuote.quote(matcher.value()));
        }
        return text.append('}').toString();
    }

    private static Params replaced(Params params, String name, List<String> values) {
        var text = new StringBuilder();
        for (var pair : params.pairs()) {
            if (!pair.name().equals(name)) {
                SourceProxy.append(text, pair.name(), pair.value());
            }
        }
        values.forEach(value -> SourceProxy.append(text, name, value));
        return Params.parse(text.toString());
    }

    private static Refusal refused(String path) {
        return new Refusal(403, "a read policy applies to you: /" + path + " cannot be narrowed to it")
                .with("accessErrorId", "policy");
    }

    /// Says what is wrong with the text of a policy.
    public static void check(String text) {
        try {
            of(text);
        } catch (SigynException e) {
            throw Refusal.badRequest("a policy is a stream selector such as {namespace=\"a\"}: " + e.getMessage());
        }
    }
}
