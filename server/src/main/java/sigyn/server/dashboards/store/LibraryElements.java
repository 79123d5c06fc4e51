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

/// Panels that several dashboards share.
public final class LibraryElements {
    public record Element(
            long id,
            String uid,
            String name,
            long kind,
            String type,
            String folderUid,
            ObjectNode model,
            long version,
            long created,
            String createdBy,
            long updated,
            String updatedBy) {}

    private final Db db;
    private final Clock clock;

    public LibraryElements(Db db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    public List<Element> all() {
        return db.query("SELECT * FROM library_elements ORDER BY name COLLATE NOCASE, id", LibraryElements::element);
    }

    public Optional<Element> byUid(String uid) {
        return db.one("SELECT * FROM library_elements WHERE uid = ?", LibraryElements::element, uid);
    }

    public Element create(String uid, String name, String folderUid, ObjectNode model, String by) {
        if (name.isBlank() || !Slug.validUid(uid)) {
            throw Refusal.badRequest("name must not be empty, uid must have 1 to 40 letters, digits, - or _");
        }
        long now = clock.millis();
        return db.tx(() -> {
            if (byUid(uid).isPresent()) {
                throw Refusal.conflict("a library element with that uid already exists");
            }
            db.update(
                    "INSERT INTO library_elements (uid, name, kind, type, folder_uid, model, version, created, created_by,"
                            + " updated, updated_by) VALUES (?, ?, 1, ?, ?, ?, 1, ?, ?, ?, ?)",
                    uid,
                    name,
                    Json.text(model, "type"),
                    folderUid,
                    Json.write(model),
                    now,
                    by,
                    now,
                    by);
            return byUid(uid).orElseThrow();
        });
    }

    public Element change(Element element, String name, String folderUid, ObjectNode model, String by) {
        db.update(
                "UPDATE library_elements SET name = ?, type = ?, folder_uid = ?, model = ?, version = version + 1,"
                        + " updated = ?, updated_by = ? WHERE id = ?",
                name,
                Json.text(model, "type"),
                folderUid,
                Json.write(model),
                clock.millis(),
                by,
                element.id());
        return byUid(element.uid()).orElseThrow();
    }

    /// Puts the shared panels' content where the dashboard refers to them; id, place and reference stay the
    /// dashboard's.
    public void fill(ObjectNode dashboard) {
        for (var panel : Json.objects(dashboard, "panels")) {
            fillPanel(panel);
            Json.objects(panel, "panels").forEach(this::fillPanel);
        }
    }

    private void fillPanel(ObjectNode panel) {
        var reference = Json.object(panel, "libraryPanel");
        if (reference == null) {
            return;
        }
        byUid(Json.text(reference, "uid")).ifPresent(element -> {
            for (var field : element.model().properties()) {
                boolean own = field.getKey().equals("id")
                        || field.getKey().equals("gridPos")
                        || field.getKey().equals("libraryPanel");
                if (!own) {
                    panel.set(field.getKey(), field.getValue());
                }
            }
        });
    }

    public void delete(Element element) {
        db.update("DELETE FROM library_elements WHERE id = ?", element.id());
    }

    private static Element element(Row row) throws SQLException {
        return new Element(
                row.number("id"),
                row.text("uid"),
                row.text("name"),
                row.number("kind"),
                row.text("type"),
                row.text("folder_uid"),
                Json.stored(row.text("model")),
                row.number("version"),
                row.number("created"),
                row.text("created_by"),
                row.number("updated"),
                row.text("updated_by"));
    }
}
