package sigyn.server.dashboards.alert;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// One series of a rule and what has become of it. Times are milliseconds since 1970, 0 for never.
///
/// @param series the labels that the query gave
/// @param labels those of the alert: the series', the rule's and what is added
/// @param reason why it is in its state when that is not the value: `MissingSeries`, `Paused`, `Updated`
/// @param since when it came into its state
/// @param starts when it last began to fire
/// @param ends when it last ceased to
/// @param seen when the query last gave it
/// @param misses evaluations in a row that did not give it
/// @param values by refId
public record Instance(
        SortedMap<String, String> series,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations,
        State state,
        String reason,
        long since,
        long starts,
        long ends,
        long seen,
        int misses,
        SortedMap<String, Double> values,
        List<Sample> samples,
        Sent sent) {

    public enum State {
        NORMAL("Normal"),
        PENDING("Pending"),
        ALERTING("Alerting"),
        RECOVERING("Recovering"),
        NO_DATA("NoData"),
        ERROR("Error");

        private final String title;

        State(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }

        boolean firing() {
            return this != NORMAL && this != PENDING;
        }
    }

    /// A log line that made the alert.
    public record Sample(String nanos, String line, SortedMap<String, String> labels) {}

    /// What the receiver was told last, and when.
    public record Sent(boolean firing, long at) {
        static final Sent NOTHING = new Sent(false, 0);
    }

    public Instance {
        samples = List.copyOf(samples);
    }

    static Instance of(SortedMap<String, String> series, long now) {
        return new Instance(
                series,
                new TreeMap<>(),
                new TreeMap<>(),
                State.NORMAL,
                "",
                now,
                0,
                0,
                now,
                0,
                new TreeMap<>(),
                List.of(),
                Sent.NOTHING);
    }

    /// Whether a receiver still believes that it fires.
    boolean owesAnEnd() {
        return sent.firing() && !state.firing();
    }

    Instance in(State next, String why, long now) {
        boolean begins = next.firing() && !state.firing();
        boolean stops = state.firing() && !next.firing();
        return new Instance(
                series,
                labels,
                annotations,
                next,
                why,
                next == state ? since : now,
                begins ? now : starts,
                stops ? now : begins ? 0 : ends,
                seen,
                misses,
                values,
                begins ? List.of() : samples,
                sent);
    }

    Instance seen(long now, SortedMap<String, Double> newValues) {
        return new Instance(
                series, labels, annotations, state, reason, since, starts, ends, now, 0, newValues, samples, sent);
    }

    /// Given 0 instead of nothing.
    Instance valued(SortedMap<String, Double> newValues) {
        return new Instance(
                series, labels, annotations, state, reason, since, starts, ends, seen, 0, newValues, samples, sent);
    }

    Instance missed() {
        return new Instance(
                series,
                labels,
                annotations,
                state,
                reason,
                since,
                starts,
                ends,
                seen,
                misses + 1,
                values,
                samples,
                sent);
    }

    Instance named(SortedMap<String, String> newLabels, SortedMap<String, String> newAnnotations) {
        return new Instance(
                series,
                newLabels,
                newAnnotations,
                state,
                reason,
                since,
                starts,
                ends,
                seen,
                misses,
                values,
                samples,
                sent);
    }

    Instance with(List<Sample> newSamples) {
        return new Instance(
                series,
                labels,
                annotations,
                state,
                reason,
                since,
                starts,
                ends,
                seen,
                misses,
                values,
                newSamples,
                sent);
    }

    Instance told(Sent news) {
        return new Instance(
                series, labels, annotations, state, reason, since, starts, ends, seen, misses, values, samples, news);
    }

    /// What changes only when something happens, not with every evaluation.
    String essence() {
        return series + " " + state + reason + since + " " + starts + " " + ends + " " + sent + " " + samples.size();
    }

    ObjectNode json() {
        var json = Json.object();
        put(json, "series", series);
        put(json, "labels", labels);
        put(json, "annotations", annotations);
        json.put("state", state.name());
        json.put("reason", reason);
        json.put("since", since);
        json.put("starts", starts);
        json.put("ends", ends);
        json.put("seen", seen);
        json.put("misses", misses);
        var numbers = json.putObject("values");
        values.forEach((refId, value) -> numbers.put(refId, Double.toString(value)));
        var lines = json.putArray("samples");
        for (var sample : samples) {
            var line = lines.addObject().put("nanos", sample.nanos()).put("line", sample.line());
            put(line, "labels", sample.labels());
        }
        json.put("sentFiring", sent.firing());
        json.put("sentAt", sent.at());
        return json;
    }

    static Instance read(ObjectNode json) {
        var values = new TreeMap<String, Double>();
        Rule.texts(json, "values").forEach((refId, value) -> values.put(refId, Double.parseDouble(value)));
        var samples = new ArrayList<Sample>();
        for (var line : Json.objects(json, "samples")) {
            samples.add(new Sample(Json.text(line, "nanos"), Json.text(line, "line"), Rule.texts(line, "labels")));
        }
        return new Instance(
                Rule.texts(json, "series"),
                Rule.texts(json, "labels"),
                Rule.texts(json, "annotations"),
                State.valueOf(Json.text(json, "state")),
                Json.text(json, "reason"),
                Json.number(json, "since", 0),
                Json.number(json, "starts", 0),
                Json.number(json, "ends", 0),
                Json.number(json, "seen", 0),
                (int) Json.number(json, "misses", 0),
                values,
                samples,
                new Sent(Json.flag(json, "sentFiring", false), Json.number(json, "sentAt", 0)));
    }

    private static void put(ObjectNode json, String key, SortedMap<String, String> texts) {
        var object = json.putObject(key);
        texts.forEach(object::put);
    }
}
