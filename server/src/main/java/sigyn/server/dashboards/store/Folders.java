package sigyn.server.dashboards.store;

import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.dashboards.wire.Slug;
import sigyn.server.db.Db;
import sigyn.server.db.Row;

/// The folders, at most [#DEEPEST] levels of them.
public final class Folders {
    static final int DEEPEST = 8;

    private final Db db;
    private final Clock clock;

    public Folders(Db db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    public List<Folder> all() {
        return db.query("SELECT * FROM folders ORDER BY title COLLATE NOCASE, id", Folders::folder);
    }

    public Optional<Folder> byUid(String uid) {
        return db.one("SELECT * FROM folders WHERE uid = ?", Folders::folder, uid);
    }

    public Optional<Folder> byId(long id) {
        return db.one("SELECT * FROM folders WHERE id = ?", Folders::folder, id);
    }

    public Optional<Folder> byTitle(String title, String parentUid) {
        return db.one(
                "SELECT * FROM folders WHERE title = ? AND parent_uid = ? ORDER BY id",
                Folders::folder,
                title,
                parentUid);
    }

    public Folder create(String uid, String title, String parentUid, String by) {
        check(title);
        if (!Slug.validUid(uid) || uid.equals("general")) {
            throw Refusal.badRequest("uid must have 1 to 40 letters, digits, - or _");
        }
        long now = clock.millis();
        return db.tx(() -> {
            if (byUid(uid).isPresent()) {
                throw Refusal.conflict("the folder has been changed by someone else")
                        .with("status", "version-mismatch");
            }
            if (byTitle(title, parentUid).isPresent()) {
                throw Refusal.conflict("a folder with the same name already exists in the current location")
                        .with("status", "name-exists");
            }
            if (!parentUid.isEmpty() && byUid(parentUid).isEmpty()) {
                throw Refusal.badRequest("parent folder not found");
            }
            if (path(parentUid).size() >= DEEPEST) {
                throw Refusal.badRequest("folders cannot be nested deeper than " + DEEPEST);
            }
            db.update(
                    "INSERT INTO folders (uid, title, parent_uid, version, created, created_by, updated, updated_by)"
                            + " VALUES (?, ?, ?, 1, ?, ?, ?, ?)",
                    uid,
                    title,
                    parentUid,
                    now,
                    by,
                    now,
                    by);
            return byUid(uid).orElseThrow();
        });
    }

    public Folder rename(Folder folder, String title, String by) {
        check(title);
        db.tx(() -> {
            if (byTitle(title, folder.parentUid())
                    .filter(f -> f.id() != folder.id())
                    .isPresent()) {
                throw Refusal.conflict("a folder with the same name already exists in the current location")
                        .with("status", "name-exists");
            }
            db.update(
                    "UPDATE folders SET title = ?, version = version + 1, updated = ?, updated_by = ? WHERE id = ?",
                    title,
                    clock.millis(),
                    by,
                    folder.id());
        });
        return byUid(folder.uid()).orElseThrow();
    }

    public Folder move(Folder folder, String parentUid, String by) {
        return db.tx(() -> {
            var path = path(parentUid);
            if (!parentUid.isEmpty() && path.isEmpty()) {
                throw Refusal.badRequest("parent folder not found");
            }
            if (path.stream().anyMatch(f -> f.id() == folder.id())) {
                throw Refusal.badRequest("a folder cannot be moved into itself");
            }
            if (path.size() >= DEEPEST) {
                throw Refusal.badRequest("folders cannot be nested deeper than " + DEEPEST);
            }
            db.update(
                    "UPDATE folders SET parent_uid = ?, version = version + 1, updated = ?, updated_by = ? WHERE id = ?",
                    parentUid,
                    clock.millis(),
                    by,
                    folder.id());
            return byUid(folder.uid()).orElseThrow();
        });
    }

    /// The folder and those above it, outermost first; empty when there is none of that uid.
    public List<Folder> path(String uid) {
        return db.query("""
                WITH RECURSIVE up (uid, depth) AS (
                    SELECT ?, 0
                    UNION ALL
                    SELECT f.parent_uid, up.depth + 1 FROM up JOIN folders f ON f.uid = up.uid
                    WHERE f.parent_uid <> '' AND up.depth < 20
                )
                SELECT f.* FROM up JOIN folders f ON f.uid = up.uid ORDER BY up.depth DESC""", Folders::folder, uid);
    }

    /// The folder and all below it.
    public List<Folder> tree(String uid) {
        return db.query("""
                WITH RECURSIVE down (uid) AS (
                    SELECT ?
                    UNION
                    SELECT f.uid FROM down JOIN folders f ON f.parent_uid = down.uid
                )
                SELECT f.* FROM down JOIN folders f ON f.uid = down.uid""", Folders::folder, uid);
    }

    public void delete(Folder folder) {
        db.update("DELETE FROM folders WHERE id = ?", folder.id());
    }

    private static void check(String title) {
        if (title.isBlank()) {
            throw Refusal.badRequest("folder title cannot be empty");
        }
        if (title.length() > 189) {
            throw Refusal.badRequest("folder title cannot be longer than 189 characters");
        }
    }

    private static Folder folder(Row row) throws SQLException {
        return new Folder(
                row.number("id"),
                row.text("uid"),
                row.text("title"),
                row.text("parent_uid"),
                row.number("version"),
                row.number("created"),
                row.text("created_by"),
                row.number("updated"),
                row.text("updated_by"));
    }
}
