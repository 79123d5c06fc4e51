package sigyn.server.dashboards.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import sigyn.server.dashboards.alert.Alerting.Status;
import sigyn.server.dashboards.alert.Instance;
import sigyn.server.dashboards.alert.Instance.State;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Our own rules and their alerts in the shape of Prometheus, with what Grafana adds.
final class AlertStates {
    private AlertStates() {}

    static List<JsonNode> groups(List<Status> statuses) {
        var groups = new LinkedHashMap<List<String>, ObjectNode>();
        for (var status : statuses) {
            var rule = status.rule();
            var group = groups.computeIfAbsent(List.of(rule.folderUid(), rule.group()), _ -> {
                var made = Json.object();
                made.put("name", rule.group());
                made.put("file", status.folder());
                made.put("folderUid", rule.folderUid());
                made.put("interval", rule.interval().toSeconds());
                made.put("lastEvaluation", iso(status.evaluated()));
                made.put("evaluationTime", status.tookMillis() / 1000.0);
                made.putArray("rules");
                return made;
            });
            group.withArray("rules").add(rule(status));
        }
        return new ArrayList<>(groups.values());
    }

    static List<JsonNode> alerts(List<Status> statuses) {
        var alerts = new ArrayList<JsonNode>();
        for (var status : statuses) {
            for (var instance : status.instances()) {
                if (instance.state() != State.NORMAL) {
                    alerts.add(alert(instance));
                }
            }
        }
        return alerts;
    }

    private static ObjectNode rule(Status status) {
        var rule = status.rule();
        var json = Json.object();
        json.put("uid", rule.uid());
        json.put("name", rule.title());
        json.put("folderUid", rule.folderUid());
        json.put("state", state(status.instances()));
        json.put("query", rule.queryText());
        json.put("duration", rule.pending().toSeconds());
        json.put("keepFiringFor", rule.keepFiring().toSeconds());
        json.put("health", health(status));
        json.put("lastError", status.problem());
        json.put("type", "alerting");
        json.put("lastEvaluation", iso(status.evaluated()));
        json.put("evaluationTime", status.tookMillis() / 1000.0);
        json.put("isPaused", rule.paused());
        json.put("provenance", rule.provenance());
        var route = rule.route();
        json.put("receiver", route == null ? "" : route.receiver());
        texts(json.putObject("labels"), rule.labels());
        texts(json.putObject("annotations"), rule.annotations());
        var alerts = json.putArray("alerts");
        var totals = new TreeMap<String, Integer>();
        for (var instance : status.instances()) {
            alerts.add(alert(instance));
            totals.merge(instance.state().title().toLowerCase(java.util.Locale.ROOT), 1, Integer::sum);
        }
        var counted = json.putObject("totals");
        totals.forEach(counted::put);
        return json;
    }

    private static ObjectNode alert(Instance instance) {
        var json = Json.object();
        texts(json.putObject("labels"), instance.labels());
        texts(json.putObject("annotations"), instance.annotations());
        String reason = instance.reason();
        json.put("state", instance.state().title() + (reason.isEmpty() ? "" : " (" + reason + ")"));
        json.put("activeAt", iso(instance.since()));
        json.put(
                "value",
                instance.values().isEmpty()
                        ? ""
                        : String.valueOf(instance.values().firstEntry().getValue()));
        return json;
    }

    private static String state(List<Instance> instances) {
        var states = instances.stream().map(Instance::state).toList();
        if (states.stream().anyMatch(s -> s == State.ALERTING || s == State.NO_DATA || s == State.ERROR)) {
            return "firing";
        }
        return states.contains(State.RECOVERING)
                ? "recovering"
                : states.contains(State.PENDING) ? "pending" : "inactive";
    }

    private static String health(Status status) {
        if (!status.problem().isEmpty()) {
            return "error";
        }
        return status.noData() ? "nodata" : status.evaluated() == 0 ? "unknown" : "ok";
    }

    private static String iso(long millis) {
        return millis == 0
                ? "0001-01-01T00:00:00Z"
                : Instant.ofEpochMilli(millis).toString();
    }

    private static void texts(ObjectNode json, SortedMap<String, String> texts) {
        texts.forEach(json::put);
    }
}
