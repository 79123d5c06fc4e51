package sigyn.server.dashboards.store;

import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.dashboards.wire.Slug;
import sigyn.server.db.Db;
import sigyn.server.db.Row;
import tools.jackson.databind.node.ObjectNode;

/// The data sources. At most one is the default.
public final class Datasources {
    /// What to write of a data source.
    public record Content(
            String uid,
            String name,
            String type,
            ObjectNode json,
            Map<String, String> secrets,
            boolean isDefault,
            boolean readOnly,
            boolean provisioned) {}

    private final Db db;
    private final Clock clock;

    public Datasources(Db db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    public List<Datasource> all() {
        return db.query("SELECT * FROM datasources ORDER BY name COLLATE NOCASE, id", Datasources::datasource);
    }

    public Optional<Datasource> byUid(String uid) {
        return db.one("SELECT * FROM datasources WHERE uid = ?", Datasources::datasource, uid);
    }

    public Optional<Datasource> byName(String name) {
        return db.one("SELECT * FROM datasources WHERE name = ?", Datasources::datasource, name);
    }

    public Optional<Datasource> byId(long id) {
        return db.one("SELECT * FROM datasources WHERE id = ?", Datasources::datasource, id);
    }

    /// The one that is marked so, else the first Loki, else the first.
    public Optional<Datasource> standard() {
        return db.one(
                "SELECT * FROM datasources ORDER BY is_default DESC, type = 'loki' DESC, id LIMIT 1",
                Datasources::datasource);
    }

    public Datasource create(Content content) {
        check(content);
        return db.tx(() -> {
            if (byName(content.name()).isPresent()) {
                throw Refusal.conflict("data source with the same name already exists");
            }
            if (byUid(content.uid()).isPresent()) {
                throw Refusal.conflict("data source with the same uid already exists");
            }
            clearDefault(content);
            long id = db.insert(
                    "INSERT INTO datasources (uid, name, type, json, secrets, is_default, read_only, provisioned,"
                            + " version, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?) RETURNING id",
                    content.uid(),
                    content.name(),
                    content.type(),
                    Json.write(content.json()),
                    secretsText(content.secrets()),
                    content.isDefault(),
                    content.readOnly(),
                    content.provisioned(),
                    clock.millis());
            return byId(id).orElseThrow();
        });
    }

    /// Writes everything anew; nothing of the old secrets stays but what `content` has.
    public Datasource replace(Datasource old, Content content) {
        check(content);
        return db.tx(() -> {
            if (byName(content.name()).filter(d -> d.id() != old.id()).isPresent()) {
                throw Refusal.conflict("data source with the same name already exists");
            }
            if (byUid(content.uid()).filter(d -> d.id() != old.id()).isPresent()) {
                throw Refusal.conflict("data source with the same uid already exists");
            }
            clearDefault(content);
            db.update(
                    "UPDATE datasources SET uid = ?, name = ?, type = ?, json = ?, secrets = ?, is_default = ?,"
                            + " read_only = ?, provisioned = ?, version = version + 1, updated = ? WHERE id = ?",
                    content.uid(),
                    content.name(),
                    content.type(),
                    Json.write(content.json()),
                    secretsText(content.secrets()),
                    content.isDefault(),
                    content.readOnly(),
                    content.provisioned(),
                    clock.millis(),
                    old.id());
            return byId(old.id()).orElseThrow();
        });
    }

    public void delete(Datasource datasource) {
        db.update("DELETE FROM datasources WHERE id = ?", datasource.id());
    }

    private void clearDefault(Content content) {
        if (content.isDefault()) {
            db.update("UPDATE datasources SET is_default = 0");
        }
    }

    private static void check(Content content) {
        if (content.name().isBlank()) {
            throw Refusal.badRequest("data source name must not be empty");
        }
        if (content.type().isBlank()) {
            throw Refusal.badRequest("data source type must not be empty");
        }
        if (!Slug.validUid(content.uid())) {
            throw Refusal.badRequest("uid must have 1 to 40 letters, digits, - or _");
        }
    }

    private static String secretsText(Map<String, String> secrets) {
        var json = Json.object();
        secrets.forEach(json::put);
        return Json.write(json);
    }

    private static Datasource datasource(Row row) throws SQLException {
        var secrets = new LinkedHashMap<String, String>();
        for (var field : Json.stored(row.text("secrets")).properties()) {
            secrets.put(field.getKey(), field.getValue().asString());
        }
        return new Datasource(
                row.number("id"),
                row.text("uid"),
                row.text("name"),
                row.text("type"),
                Json.stored(row.text("json")),
                secrets,
                row.flag("is_default"),
                row.flag("read_only"),
                row.flag("provisioned"),
                row.number("version"),
                row.number("updated"));
    }
}
