package sigyn.server.dashboards.store;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.db.Db;
import sigyn.server.db.Row;

/// Marks on the time line that people and programs set: deployments, incidents.
public final class Annotations {
    /// @param dashboardUid empty: for all dashboards
    /// @param timeEnd equal to `time` for a moment
    public record Annotation(
            long id,
            String dashboardUid,
            long panelId,
            long accountId,
            String login,
            String email,
            long time,
            long timeEnd,
            String text,
            List<String> tags,
            String data,
            long created,
            long updated) {}

    /// What is searched for; empty and 0 ask for nothing.
    public record Wanted(
            long from,
            long to,
            String dashboardUid,
            long panelId,
            long accountId,
            List<String> tags,
            boolean anyTag,
            int limit) {}

    private final Db db;
    private final Clock clock;

    public Annotations(Db db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    public long add(Annotation annotation) {
        long now = clock.millis();
        return db.insert(
                "INSERT INTO annotations (dashboard_uid, panel_id, account_id, login, email, time, time_end, text, tags,"
                        + " data, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                annotation.dashboardUid(),
                annotation.panelId(),
                annotation.accountId(),
                annotation.login(),
                annotation.email(),
                annotation.time(),
                annotation.timeEnd(),
                annotation.text(),
                Json.write(Json.strings(annotation.tags())),
                annotation.data(),
                now,
                now);
    }

    public void change(Annotation annotation) {
        db.update(
                "UPDATE annotations SET time = ?, time_end = ?, text = ?, tags = ?, data = ?, updated = ? WHERE id = ?",
                annotation.time(),
                annotation.timeEnd(),
                annotation.text(),
                Json.write(Json.strings(annotation.tags())),
                annotation.data(),
                clock.millis(),
                annotation.id());
    }

    public Optional<Annotation> byId(long id) {
        return db.one("SELECT * FROM annotations WHERE id = ?", Annotations::annotation, id);
    }

    public void delete(long id) {
        db.update("DELETE FROM annotations WHERE id = ?", id);
    }

    /// Those that overlap the range, newest first.
    public List<Annotation> find(Wanted wanted) {
        var found = db.query(
                "SELECT * FROM annotations WHERE (? = 0 OR time <= ?) AND time_end >= ?"
                        + " AND (? = '' OR dashboard_uid = ?) AND (? = 0 OR panel_id = ?)"
                        + " AND (? = 0 OR account_id = ?) ORDER BY time DESC, id DESC LIMIT 20000",
                Annotations::annotation,
                wanted.to(),
                wanted.to(),
                wanted.from(),
                wanted.dashboardUid(),
                wanted.dashboardUid(),
                wanted.panelId(),
                wanted.panelId(),
                wanted.accountId(),
                wanted.accountId());
        var kept = new ArrayList<Annotation>();
        for (var annotation : found) {
            boolean tagged = wanted.tags().isEmpty()
                    || (wanted.anyTag()
                            ? wanted.tags().stream().anyMatch(annotation.tags()::contains)
                            : annotation.tags().containsAll(wanted.tags()));
            if (tagged && kept.size() < wanted.limit()) {
                kept.add(annotation);
            }
        }
        return kept;
    }

    /// How often each tag is used.
    public Map<String, Integer> tags() {
        var counts = new TreeMap<String, Integer>();
        db.query("SELECT * FROM annotations", Annotations::annotation)
                .forEach(a -> a.tags().forEach(tag -> counts.merge(tag, 1, Integer::sum)));
        return counts;
    }

    private static Annotation annotation(Row row) throws SQLException {
        return new Annotation(
                row.number("id"),
                row.text("dashboard_uid"),
                row.number("panel_id"),
                row.number("account_id"),
                row.text("login"),
                row.text("email"),
                row.number("time"),
                row.number("time_end"),
                row.text("text"),
                Json.texts(Json.stored("{\"t\":" + row.text("tags") + "}"), "t"),
                row.text("data"),
                row.number("created"),
                row.number("updated"));
    }
}
