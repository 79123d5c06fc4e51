package sigyn.server.dashboards.alert;

import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.dashboards.wire.Slug;
import sigyn.server.db.Db;
import sigyn.server.db.Row;
import tools.jackson.databind.node.ObjectNode;

/// The contact points and the notification policy.
public final class ContactPoints {
    private static final String POLICY = "alerting.policy";

    private final Db db;
    private final Clock clock;

    public ContactPoints(Db db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    public List<ContactPoint> all() {
        return db.query("SELECT * FROM contact_points ORDER BY name, uid", ContactPoints::point);
    }

    public Optional<ContactPoint> byUid(String uid) {
        return db.one("SELECT * FROM contact_points WHERE uid = ?", ContactPoints::point, uid);
    }

    public List<ContactPoint> named(String name) {
        return db.query("SELECT * FROM contact_points WHERE name = ? ORDER BY uid", ContactPoints::point, name);
    }

    /// Keeps a contact point in place of the one of its uid.
    public void save(ContactPoint point, String by) {
        if (point.name().isBlank() || point.type().isBlank() || !Slug.validUid(point.uid())) {
            throw Refusal.badRequest("name and type must not be empty, uid must have 1 to 40 letters, digits, - or _");
        }
        var secrets = Json.object();
        point.secrets().forEach(secrets::put);
        db.update(
                "INSERT INTO contact_points (uid, name, type, settings, secrets, disable_resolve, trusted, provenance,"
                        + " updated, updated_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uid) DO UPDATE SET name ="
                        + " excluded.name, type = excluded.type, settings = excluded.settings, secrets = excluded.secrets,"
                        + " disable_resolve = excluded.disable_resolve, trusted = excluded.trusted, provenance ="
                        + " excluded.provenance, updated = excluded.updated, updated_by = excluded.updated_by",
                point.uid(),
                point.name(),
                point.type(),
                Json.write(point.settings()),
                Json.write(secrets),
                point.disableResolve(),
                point.trusted(),
                point.provenance(),
                clock.millis(),
                by);
    }

    public void delete(String uid) {
        db.update("DELETE FROM contact_points WHERE uid = ?", uid);
    }

    /// The tree of notification policies as it was written; its root says where alerts go whose rule does not.
    public ObjectNode policy() {
        return db.one("SELECT value FROM settings WHERE name = ?", row -> row.text("value"), POLICY)
                .map(Json::stored)
                .orElseGet(Json::object);
    }

    public void setPolicy(ObjectNode policy) {
        Route.read(policy);
        db.update(
                "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                POLICY,
                Json.write(policy));
    }

    @Nullable
    Route root() {
        return Route.read(policy());
    }

    private static ContactPoint point(Row row) throws SQLException {
        Map<String, String> secrets = new TreeMap<>();
        for (var secret : Json.stored(row.text("secrets")).properties()) {
            secrets.put(secret.getKey(), secret.getValue().asString());
        }
        return new ContactPoint(
                row.text("uid"),
                row.text("name"),
                row.text("type"),
                Json.stored(row.text("settings")),
                secrets,
                row.flag("disable_resolve"),
                row.flag("trusted"),
                row.text("provenance"));
    }
}
