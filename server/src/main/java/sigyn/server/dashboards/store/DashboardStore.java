package sigyn.server.dashboards.store;

import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.dashboards.wire.Slug;
import sigyn.server.db.Db;
import sigyn.server.db.Row;
import tools.jackson.databind.node.ObjectNode;

/// The dashboards, each with its latest versions. What is stored is what came, unknown keys and all; only `id`, `uid`
/// and `version` are ours.
public final class DashboardStore {
    private static final String COLUMNS = "id, uid, title, tags, folder_uid, version, provider, external_id, checksum,"
            + " created, created_by, updated, updated_by";

    /// A version that was; `restoredFrom` is 0 unless it was made by restoring.
    public record Version(
            long id,
            long version,
            long parentVersion,
            long restoredFrom,
            long created,
            String createdBy,
            String message,
            String json) {}

    /// What to write of a dashboard.
    ///
    /// @param provider empty, or with `externalId` and `checksum` the file it comes from
    public record Content(
            String uid,
            ObjectNode json,
            String folderUid,
            String provider,
            String externalId,
            String checksum,
            String by,
            String message) {

        public static Content byHand(String uid, ObjectNode json, String folderUid, String by, String message) {
            return new Content(uid, json, folderUid, "", "", "", by, message);
        }
    }

    private final Db db;
    private final Clock clock;
    private final int versionsToKeep;

    public DashboardStore(Db db, Clock clock, int versionsToKeep) {
        this.db = db;
        this.clock = clock;
        this.versionsToKeep = Math.max(1, versionsToKeep);
    }

    public List<Dashboard> all() {
        return db.query(
                "SELECT " + COLUMNS + " FROM dashboards ORDER BY title COLLATE NOCASE, id", DashboardStore::dashboard);
    }

    public Optional<Dashboard> byUid(String uid) {
        return db.one("SELECT " + COLUMNS + " FROM dashboards WHERE uid = ?", DashboardStore::dashboard, uid);
    }

    public Optional<Dashboard> byId(long id) {
        return db.one("SELECT " + COLUMNS + " FROM dashboards WHERE id = ?", DashboardStore::dashboard, id);
    }

    public List<Dashboard> inFolder(String folderUid) {
        return db.query(
                "SELECT " + COLUMNS + " FROM dashboards WHERE folder_uid = ? ORDER BY title COLLATE NOCASE, id",
                DashboardStore::dashboard,
                folderUid);
    }

    public List<Dashboard> ofProvider(String provider) {
        return db.query(
                "SELECT " + COLUMNS + " FROM dashboards WHERE provider = ? ORDER BY external_id",
                DashboardStore::dashboard,
                provider);
    }

    /// The content with `id`, `uid` and `version` as they are now.
    public ObjectNode json(Dashboard dashboard) {
        String text = db.one("SELECT json FROM dashboards WHERE id = ?", row -> row.text("json"), dashboard.id())
                .orElse("{}");
        var json = Json.stored(text);
        json.put("id", dashboard.id());
        json.put("uid", dashboard.uid());
        json.put("version", dashboard.version());
        return json;
    }

    /// Makes the dashboard, or a new version of the one with this uid.
    public Dashboard write(Content content) {
        return write(content, 0);
    }

    private Dashboard write(Content content, long restoredFrom) {
        String title = Json.text(content.json(), "title").strip();
        if (title.isEmpty()) {
            throw Refusal.badRequest("Dashboard title cannot be empty");
        }
        if (!Slug.validUid(content.uid())) {
            throw Refusal.badRequest("uid contains illegal characters or is longer than 40 symbols");
        }
        var json = content.json().deepCopy();
        json.remove("id");
        String text = Json.write(json);
        String tags = Json.write(Json.strings(Json.texts(json, "tags")));
        long now = clock.millis();
        return db.tx(() -> {
            var before = byUid(content.uid());
            long version = before.map(Dashboard::version).orElse(0L) + 1;
            long id;
            if (before.isPresent()) {
                id = before.get().id();
                db.update(
                        "UPDATE dashboards SET title = ?, tags = ?, folder_uid = ?, version = ?, json = ?, provider = ?,"
                                + " external_id = ?, checksum = ?, updated = ?, updated_by = ? WHERE id = ?",
                        title,
                        tags,
                        content.folderUid(),
                        version,
                        text,
                        content.provider(),
                        content.externalId(),
                        content.checksum(),
                        now,
                        content.by(),
                        id);
            } else {
                id = db.insert(
                        "INSERT INTO dashboards (uid, title, tags, folder_uid, version, json, provider, external_id,"
                                + " checksum, created, created_by, updated, updated_by)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                        content.uid(),
                        title,
                        tags,
                        content.folderUid(),
                        version,
                        text,
                        content.provider(),
                        content.externalId(),
                        content.checksum(),
                        now,
                        content.by(),
                        now,
                        content.by());
            }
            db.update(
                    "INSERT INTO dashboard_versions (dashboard_id, version, parent_version, restored_from, created,"
                            + " created_by, message, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    id,
                    version,
                    version - 1,
                    restoredFrom,
                    now,
                    content.by(),
                    content.message(),
                    text);
            db.update(
                    "DELETE FROM dashboard_versions WHERE dashboard_id = ? AND version <= ?",
                    id,
                    version - versionsToKeep);
            return byId(id).orElseThrow();
        });
    }

    /// Puts the dashboard into another folder, as no new version.
    public void move(Dashboard dashboard, String folderUid) {
        db.update("UPDATE dashboards SET folder_uid = ? WHERE id = ?", folderUid, dashboard.id());
    }

    /// Takes the mark of its file away: from now on it belongs to the people.
    public void release(Dashboard dashboard) {
        db.update("UPDATE dashboards SET provider = '', external_id = '', checksum = '' WHERE id = ?", dashboard.id());
    }

    /// Remembers where a dashboard with unchanged content now comes from.
    public void relocate(Dashboard dashboard, String provider, String externalId, String checksum) {
        db.update(
                "UPDATE dashboards SET provider = ?, external_id = ?, checksum = ? WHERE id = ?",
                provider,
                externalId,
                checksum,
                dashboard.id());
    }

    public void delete(Dashboard dashboard) {
        db.tx(() -> {
            db.update("DELETE FROM dashboards WHERE id = ?", dashboard.id());
            db.update("DELETE FROM stars WHERE dashboard_uid = ?", dashboard.uid());
            db.update("DELETE FROM annotations WHERE dashboard_uid = ?", dashboard.uid());
        });
    }

    /// The kept versions, newest first.
    public List<Version> versions(Dashboard dashboard) {
        return db.query(
                "SELECT * FROM dashboard_versions WHERE dashboard_id = ? ORDER BY version DESC",
                DashboardStore::version,
                dashboard.id());
    }

    public Optional<Version> version(Dashboard dashboard, long version) {
        return db.one(
                "SELECT * FROM dashboard_versions WHERE dashboard_id = ? AND version = ?",
                DashboardStore::version,
                dashboard.id(),
                version);
    }

    /// Makes a new version that is like an old one.
    public Dashboard restore(Dashboard dashboard, Version version, String by) {
        var content = new Content(
                dashboard.uid(),
                Json.stored(version.json()),
                dashboard.folderUid(),
                dashboard.provider(),
                dashboard.externalId(),
                dashboard.checksum(),
                by,
                "Restored from version " + version.version());
        return write(content, version.version());
    }

    private static Dashboard dashboard(Row row) throws SQLException {
        String tags = row.text("tags");
        var names = Json.texts(Json.stored("{\"t\":" + tags + "}"), "t");
        return new Dashboard(
                row.number("id"),
                row.text("uid"),
                row.text("title"),
                names,
                row.text("folder_uid"),
                row.number("version"),
                row.text("provider"),
                row.text("external_id"),
                row.text("checksum"),
                row.number("created"),
                row.text("created_by"),
                row.number("updated"),
                row.text("updated_by"));
    }

    private static Version version(Row row) throws SQLException {
        return new Version(
                row.number("id"),
                row.number("version"),
                row.number("parent_version"),
                row.number("restored_from"),
                row.number("created"),
                row.text("created_by"),
                row.text("message"),
                row.text("json"));
    }
}
