package sigyn.server.dashboards.alert;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.alert.Instance.State;

/// What becomes of a rule's instances from one evaluation to the next.
final class Transitions {
    /// How long a series that counts lines is remembered after its last line.
    static final Duration MEMORY = Duration.ofHours(24);

    private static final String NO_DATA = "DatasourceNoData";
    private static final String ERROR = "DatasourceError";

    private Transitions() {}

    /// The instances after an evaluation at `now`, by their series. Those that ended stay until a receiver that was
    /// told of them is told of their end.
    static Map<SortedMap<String, String>, Instance> after(
            Rule rule, String folder, Map<SortedMap<String, String>, Instance> before, Outcome outcome, long now) {
        var after = new LinkedHashMap<SortedMap<String, String>, Instance>();
        var special = special(rule, outcome);
        before.forEach((series, instance) -> {
            var next = isSpecial(series)
                    ? series.equals(special) ? instance : instance.in(State.NORMAL, "", now)
                    : without(rule, instance, outcome, now);
            after.put(series, next);
        });
        if (outcome instanceof Outcome.Results(var results)) {
            for (var result : results) {
                var known = after.getOrDefault(result.series(), Instance.of(result.series(), now));
                var valued = result.real() ? known.seen(now, result.values()) : known.valued(result.values());
                var next = moved(rule, valued, result.firing(), now);
                after.put(result.series(), Texts.named(rule, folder, next));
            }
        }
        if (special != null) {
            var state = outcome instanceof Outcome.NoData ? State.NO_DATA : State.ERROR;
            var known = after.getOrDefault(special, Instance.of(special, now));
            var told = known.in(state, "", now);
            String error = outcome instanceof Outcome.Failure(String message) ? message : "";
            after.put(special, Texts.named(rule, folder, told, error));
        }
        boolean alertsAnyway = alertsAnyway(rule, outcome);
        if (alertsAnyway && after.keySet().stream().allMatch(Transitions::isSpecial)) {
            var bare = moved(rule, Instance.of(new TreeMap<>(), now), true, now);
            after.put(bare.series(), Texts.named(rule, folder, bare));
        }
        after.values().removeIf(instance -> forgotten(instance, now));
        return after;
    }

    /// A rule that is paused, changed or gone: nothing fires any more.
    static Map<SortedMap<String, String>, Instance> ended(
            Map<SortedMap<String, String>, Instance> before, String reason, long now) {
        var after = new LinkedHashMap<SortedMap<String, String>, Instance>();
        before.forEach((series, instance) -> {
            var ended = instance.in(State.NORMAL, reason, now);
            if (ended.owesAnEnd()) {
                after.put(series, ended);
            }
        });
        return after;
    }

    /// An instance of which the evaluation says nothing by itself.
    private static Instance without(Rule rule, Instance instance, Outcome outcome, long now) {
        if (alertsAnyway(rule, outcome)) {
            return moved(rule, instance, true, now);
        }
        return switch (outcome) {
            case Outcome.Results(var results) ->
                results.stream().anyMatch(r -> r.series().equals(instance.series()))
                        ? instance
                        : missed(rule, instance, now);
            case Outcome.NoData _ ->
                switch (rule.onNoData()) {
                    case KEEP_LAST -> instance;
                    case OK -> moved(rule, instance, false, now);
                    case TELL, ALERTING -> missed(rule, instance, now);
                };
            case Outcome.Failure _ ->
                rule.onError() == Rule.Otherwise.OK ? moved(rule, instance, false, now) : instance;
            case Outcome.NotYet _ -> instance;
        };
    }

    private static Instance missed(Rule rule, Instance instance, long now) {
        var missed = instance.missed();
        return missed.misses() >= rule.missesToResolve() ? missed.in(State.NORMAL, "MissingSeries", now) : missed;
    }

    private static boolean alertsAnyway(Rule rule, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Results _, Outcome.NotYet _ -> false;
            case Outcome.NoData _ -> rule.onNoData() == Rule.Otherwise.ALERTING;
            case Outcome.Failure _ -> rule.onError() == Rule.Otherwise.ALERTING;
        };
    }

    static Instance moved(Rule rule, Instance instance, boolean firing, long now) {
        long inState = now - instance.since();
        return switch (instance.state()) {
            case NORMAL, NO_DATA, ERROR -> {
                var next = firing ? rule.pending().isZero() ? State.ALERTING : State.PENDING : State.NORMAL;
                yield instance.in(next, "", now);
            }
            case PENDING -> {
                boolean longEnough = inState >= rule.pending().toMillis();
                yield instance.in(firing ? longEnough ? State.ALERTING : State.PENDING : State.NORMAL, "", now);
            }
            case ALERTING -> {
                var end = rule.keepFiring().isZero() ? State.NORMAL : State.RECOVERING;
                yield instance.in(firing ? State.ALERTING : end, "", now);
            }
            case RECOVERING -> {
                boolean longEnough = inState >= rule.keepFiring().toMillis();
                yield instance.in(firing ? State.ALERTING : longEnough ? State.NORMAL : State.RECOVERING, "", now);
            }
        };
    }

    /// A series that is gone, or that has counted nothing for a day, and of which nobody waits to hear.
    private static boolean forgotten(Instance instance, long now) {
        boolean over = instance.reason().equals("MissingSeries")
                || isSpecial(instance.series())
                || now - instance.seen() >= MEMORY.toMillis();
        return over && instance.state() == State.NORMAL && !instance.owesAnEnd();
    }

    private static @Nullable SortedMap<String, String> special(Rule rule, Outcome outcome) {
        boolean noData = outcome instanceof Outcome.NoData && rule.onNoData() == Rule.Otherwise.TELL;
        boolean error = outcome instanceof Outcome.Failure && rule.onError() == Rule.Otherwise.TELL;
        if (!noData && !error) {
            return null;
        }
        var series = new TreeMap<String, String>();
        series.put("alertname", noData ? NO_DATA : ERROR);
        series.put("rulename", rule.title());
        var query = rule.query();
        if (query != null) {
            series.put("datasource_uid", query.datasourceUid());
        }
        return series;
    }

    static boolean isSpecial(SortedMap<String, String> series) {
        String name = series.getOrDefault("alertname", "");
        return series.containsKey("rulename") && (name.equals(NO_DATA) || name.equals(ERROR));
    }
}
