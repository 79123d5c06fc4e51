package sigyn.server.dashboards.alert;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.dashboards.wire.Slug;
import sigyn.server.dashboards.wire.Spans;
import tools.jackson.databind.node.ObjectNode;

/// A rule as it is evaluated, with the JSON it was read from.
///
/// @param route where its alerts go; null: where the root of the notification policies says
/// @param json the provisioning API's form; keys that are unknown here live on in it
/// @param provenance empty for a rule that people change here, `file` for one from a file
/// @param deleted gone for everybody but the messages that still have to say that its alerts have ended
public record Rule(
        String uid,
        String title,
        String folderUid,
        String group,
        Duration interval,
        String condition,
        List<Node> nodes,
        Duration pending,
        Duration keepFiring,
        Otherwise onNoData,
        Otherwise onError,
        int missesToResolve,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations,
        boolean paused,
        @Nullable Route route,
        ObjectNode json,
        String provenance,
        boolean deleted,
        long updated) {

    static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(10);
    static final Duration STANDARD_INTERVAL = Duration.ofMinutes(1);

    /// What a rule is when its query gives nothing or fails.
    public enum Otherwise {
        /// An alert of its own says so.
        TELL,
        ALERTING,
        OK,
        KEEP_LAST
    }

    /// Reads a rule, and says what is wrong with it.
    static Rule read(ObjectNode json, Duration interval, String provenance, boolean deleted, long updated) {
        String uid = Json.text(json, "uid");
        String title = Json.text(json, "title").strip();
        if (!Slug.validUid(uid)) {
            throw Refusal.badRequest("uid must have 1 to 40 letters, digits, - or _");
        }
        if (title.isEmpty() || title.length() > 190) {
            throw Refusal.badRequest("title must have 1 to 190 characters");
        }
        if (Json.object(json, "record") != null) {
            throw Refusal.badRequest("recording rules are not evaluated here");
        }
        checkInterval(interval);
        var nodes = Json.objects(json, "data").stream().map(Node::read).toList();
        String condition = Json.text(json, "condition");
        refuseLooseEnds(nodes, condition);
        String group = Json.text(json, "ruleGroup").strip();
        return new Rule(
                uid,
                title,
                Json.text(json, "folderUID"),
                group.isEmpty() ? title : group,
                interval,
                condition,
                nodes,
                span(json, "for"),
                span(json, "keep_firing_for"),
                otherwise(json, "noDataState", "NoData"),
                otherwise(json, "execErrState", "Error"),
                Math.clamp(Json.number(json, "missingSeriesEvalsToResolve", 2), 1, 1000),
                texts(json, "labels"),
                texts(json, "annotations"),
                Json.flag(json, "isPaused", false),
                Route.read(Json.object(json, "notification_settings")),
                json,
                provenance,
                deleted,
                updated);
    }

    static void checkInterval(Duration interval) {
        if (interval.compareTo(SHORTEST_INTERVAL) < 0 || interval.toSeconds() % SHORTEST_INTERVAL.toSeconds() != 0) {
            throw Refusal.badRequest("the interval must be a multiple of 10 seconds");
        }
    }

    /// Every input names a node before it, and the condition names one: so there are no circles.
    private static void refuseLooseEnds(List<Node> nodes, String condition) {
        var known = new HashSet<String>();
        for (Node node : nodes) {
            String input = switch (node) {
                case Node.Query _ -> null;
                case Node.Reduce reduce -> reduce.input();
                case Node.Threshold threshold -> threshold.input();
            };
            if (input != null && !known.contains(input)) {
                throw Refusal.badRequest(node.refId() + ": there is no node " + input + " before it");
            }
            if (!known.add(node.refId())) {
                throw Refusal.badRequest("two nodes have the refId " + node.refId());
            }
        }
        if (!known.contains(condition)) {
            throw Refusal.badRequest("condition must be the refId of a node, found \"" + condition + "\"");
        }
    }

    private static Duration span(ObjectNode json, String key) {
        String text = Json.text(json, key, "0s");
        Duration span = text.isEmpty() ? Duration.ZERO : Spans.parse(text);
        if (span == null) {
            throw Refusal.badRequest(key + ": expected a duration such as 5m, found \"" + text + "\"");
        }
        return span;
    }

    private static Otherwise otherwise(ObjectNode json, String key, String tell) {
        String text = Json.text(json, key, tell);
        return switch (text) {
            case "NoData", "Error" -> Otherwise.TELL;
            case "Alerting" -> Otherwise.ALERTING;
            case "OK", "Ok" -> Otherwise.OK;
            case "KeepLast" -> Otherwise.KEEP_LAST;
            default -> throw Refusal.badRequest(key + ": \"" + text + "\" is not known");
        };
    }

    static SortedMap<String, String> texts(ObjectNode json, String key) {
        var texts = new TreeMap<String, String>();
        for (var entry : Json.objectAt(json, key).properties()) {
            texts.put(entry.getKey(), entry.getValue().asString(""));
        }
        return texts;
    }

    /// Whether it is just what the JSON says, read.
    boolean says(ObjectNode other, @Nullable Duration otherInterval, String otherProvenance) {
        var read = read(other.deepCopy(), interval, otherProvenance, false, updated);
        return (otherInterval == null || otherInterval.equals(interval)) && read.equals(this);
    }

    /// The first query, which is what the rule is about.
    Node.@Nullable Query query() {
        for (Node node : nodes) {
            if (node instanceof Node.Query query) {
                return query;
            }
        }
        return null;
    }

    /// The text of that query.
    public String queryText() {
        var query = query();
        return query == null ? "" : Json.text(query.model(), "expr");
    }

    /// The names of the nodes, in order.
    List<String> refIds() {
        var ids = new ArrayList<String>();
        nodes.forEach(node -> ids.add(node.refId()));
        return ids;
    }
}
