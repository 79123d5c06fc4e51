package sigyn.server.dashboards.store;

import java.util.List;
import java.util.Set;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.db.Db;
import tools.jackson.databind.node.ObjectNode;

/// Theme, time zone, home dashboard of a user or of everybody, and the stars users give.
public final class Preferences {
    private static final Set<String> KEYS =
            Set.of("theme", "homeDashboardUID", "timezone", "weekStart", "language", "queryHistory", "navbar");

    private static final List<String> USUAL = List.of("theme", "homeDashboardUID", "timezone", "weekStart", "language");

    private final Db db;

    public Preferences(Db db) {
        this.db = db;
    }

    public ObjectNode ofAll() {
        return whole(read("org"));
    }

    public ObjectNode of(long accountId) {
        return whole(read("user:" + accountId));
    }

    /// With an empty text for each of the usual ones that nobody has set.
    private static ObjectNode whole(ObjectNode set) {
        for (String key : USUAL) {
            if (!set.has(key)) {
                set.put(key, "");
            }
        }
        return set;
    }

    /// What holds for the user: theirs over everybody's.
    public ObjectNode effective(long accountId) {
        var held = Json.object();
        for (String owner : List.of("org", "user:" + accountId)) {
            for (var field : read(owner).properties()) {
                if (!field.getValue().asString("").isEmpty()) {
                    held.set(field.getKey(), field.getValue());
                }
            }
        }
        return held;
    }

    public void setAll(ObjectNode values, boolean keepOthers) {
        write("org", values, keepOthers);
    }

    public void set(long accountId, ObjectNode values, boolean keepOthers) {
        write("user:" + accountId, values, keepOthers);
    }

    private ObjectNode read(String owner) {
        return db.one("SELECT json FROM preferences WHERE owner = ?", row -> row.text("json"), owner)
                .map(Json::stored)
                .orElseGet(Json::object);
    }

    private void write(String owner, ObjectNode values, boolean keepOthers) {
        db.tx(() -> {
            var json = keepOthers ? read(owner) : Json.object();
            for (var field : values.properties()) {
                if (KEYS.contains(field.getKey())) {
                    json.set(field.getKey(), field.getValue());
                }
            }
            db.update(
                    "INSERT INTO preferences (owner, json) VALUES (?, ?)"
                            + " ON CONFLICT (owner) DO UPDATE SET json = excluded.json",
                    owner,
                    Json.write(json));
        });
    }

    public List<String> stars(long accountId) {
        return db.query(
                "SELECT dashboard_uid FROM stars WHERE account_id = ?", row -> row.text("dashboard_uid"), accountId);
    }

    public void star(long accountId, String dashboardUid) {
        db.update(
                "INSERT INTO stars (account_id, dashboard_uid) VALUES (?, ?) ON CONFLICT DO NOTHING",
                accountId,
                dashboardUid);
    }

    public void unstar(long accountId, String dashboardUid) {
        db.update("DELETE FROM stars WHERE account_id = ? AND dashboard_uid = ?", accountId, dashboardUid);
    }
}
