package sigyn.server.dashboards.alert;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.db.Db;
import sigyn.server.db.Row;
import tools.jackson.databind.node.ObjectNode;

/// The rules and the states of their instances, in the database; the rules also in memory, as they were written.
final class Rules {
    private final Db db;
    private final Clock clock;
    private @Nullable List<Rule> all;

    Rules(Db db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    /// Also those that are deleted and still owe a message; by folder, group and title.
    synchronized List<Rule> all() {
        List<Rule> known = all;
        if (known == null) {
            known = List.copyOf(
                    db.query("SELECT * FROM alert_rules ORDER BY folder_uid, rule_group, uid", Rules::rule));
            all = known;
        }
        return known;
    }

    Optional<Rule> byUid(String uid) {
        return all().stream()
                .filter(rule -> rule.uid().equals(uid) && !rule.deleted())
                .findFirst();
    }

    /// Keeps a rule in place of the one of its uid.
    ///
    /// @param interval of its group; null: as the group has it, or a minute for a new group
    synchronized Rule save(ObjectNode json, @Nullable Duration interval, String provenance, String by) {
        String folder = Json.text(json, "folderUID");
        var before = Rule.read(json, Rule.STANDARD_INTERVAL, provenance, false, clock.millis());
        var mates = all().stream()
                .filter(rule -> !rule.deleted()
                        && !rule.uid().equals(before.uid())
                        && rule.folderUid().equals(folder)
                        && rule.group().equals(before.group()))
                .toList();
        Duration theirs = mates.isEmpty()
                ? byUid(before.uid())
                        .filter(same ->
                                same.folderUid().equals(folder) && same.group().equals(before.group()))
                        .map(Rule::interval)
                        .orElse(null)
                : mates.getFirst().interval();
        if (interval != null && !mates.isEmpty() && !interval.equals(theirs)) {
            throw Refusal.badRequest("the group " + before.group() + " is evaluated every "
                    + mates.getFirst().interval().toSeconds() + "s");
        }
        Duration chosen = interval != null ? interval : theirs != null ? theirs : Rule.STANDARD_INTERVAL;
        var rule = Rule.read(json, chosen, provenance, false, clock.millis());
        boolean titleTaken = all().stream()
                .anyMatch(other -> !other.deleted()
                        && !other.uid().equals(rule.uid())
                        && other.folderUid().equals(rule.folderUid())
                        && other.title().equals(rule.title()));
        if (titleTaken) {
            throw Refusal.conflict("a rule with the title \"" + rule.title() + "\" is already in this folder");
        }
        db.update(
                "INSERT INTO alert_rules (uid, folder_uid, rule_group, interval_seconds, json, provenance, deleted, updated,"
                        + " updated_by) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT (uid) DO UPDATE SET folder_uid ="
                        + " excluded.folder_uid, rule_group = excluded.rule_group, interval_seconds ="
                        + " excluded.interval_seconds, json = excluded.json, provenance = excluded.provenance, deleted = 0,"
                        + " updated = excluded.updated, updated_by = excluded.updated_by",
                rule.uid(),
                rule.folderUid(),
                rule.group(),
                chosen.toSeconds(),
                Json.write(json),
                provenance,
                rule.updated(),
                by);
        all = null;
        return rule;
    }

    synchronized void setInterval(String folderUid, String group, Duration interval) {
        int changed = db.update(
                "UPDATE alert_rules SET interval_seconds = ? WHERE folder_uid = ? AND rule_group = ? AND"
                        + " interval_seconds <> ?",
                interval.toSeconds(),
                folderUid,
                group,
                interval.toSeconds());
        if (changed > 0) {
            all = null;
        }
    }

    synchronized void markDeleted(String uid) {
        db.update("UPDATE alert_rules SET deleted = 1 WHERE uid = ?", uid);
        all = null;
    }

    synchronized void remove(String uid) {
        db.tx(() -> {
            db.update("DELETE FROM alert_states WHERE rule_uid = ?", uid);
            db.update("DELETE FROM alert_rules WHERE uid = ?", uid);
        });
        all = null;
    }

    Map<SortedMap<String, String>, Instance> instances(String uid) {
        var instances = new LinkedHashMap<SortedMap<String, String>, Instance>();
        db.one("SELECT json FROM alert_states WHERE rule_uid = ?", row -> row.text("json"), uid)
                .ifPresent(text -> {
                    for (var json : Json.objects(Json.stored(text), "instances")) {
                        var instance = Instance.read(json);
                        instances.put(instance.series(), instance);
                    }
                });
        return instances;
    }

    void keep(String uid, Map<SortedMap<String, String>, Instance> instances) {
        var json = Json.object();
        var list = json.putArray("instances");
        instances.values().forEach(instance -> list.add(instance.json()));
        db.update(
                "INSERT INTO alert_states (rule_uid, json) VALUES (?, ?) ON CONFLICT (rule_uid) DO UPDATE SET json ="
                        + " excluded.json",
                uid,
                Json.write(json));
    }

    private static Rule rule(Row row) throws SQLException {
        return Rule.read(
                Json.stored(row.text("json")),
                Duration.ofSeconds(row.number("interval_seconds")),
                row.text("provenance"),
                row.flag("deleted"),
                row.number("updated"));
    }
}
