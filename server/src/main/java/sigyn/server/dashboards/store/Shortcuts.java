package sigyn.server.dashboards.store;

import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import sigyn.server.auth.Secrets;
import sigyn.server.db.Db;
import sigyn.server.db.Row;

/// Short addresses of long ones, and the queries people ran.
public final class Shortcuts {
    private static final int KEEP_QUERIES = 1_000;

    /// @param queries the JSON list of queries, as the interface sent it
    public record PastQuery(
            String uid, String datasourceUid, String queries, String comment, boolean starred, long created) {}

    private final Db db;
    private final Clock clock;

    public Shortcuts(Db db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    /// The short name of a path; the same path has the same name.
    public String shorten(String path, String by) {
        return db.tx(() -> {
            db.update(
                    "INSERT INTO short_urls (uid, path, created, created_by) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    Secrets.uid(),
                    path,
                    clock.millis(),
                    by);
            return db.one("SELECT uid FROM short_urls WHERE path = ?", row -> row.text("uid"), path)
                    .orElseThrow();
        });
    }

    public Optional<String> path(String uid) {
        return db.one("SELECT path FROM short_urls WHERE uid = ?", row -> row.text("path"), uid);
    }

    /// Remembers a query; of those without a star only the newest are kept.
    public PastQuery remember(long accountId, String datasourceUid, String queries) {
        String uid = Secrets.uid();
        db.tx(() -> {
            db.update(
                    "INSERT INTO query_history (uid, account_id, datasource_uid, queries, comment, starred, created)"
                            + " VALUES (?, ?, ?, ?, '', 0, ?)",
                    uid,
                    accountId,
                    datasourceUid,
                    queries,
                    clock.millis());
            db.update(
                    "DELETE FROM query_history WHERE account_id = ? AND starred = 0 AND uid NOT IN (SELECT uid FROM"
                            + " query_history WHERE account_id = ? ORDER BY created DESC LIMIT ?)",
                    accountId,
                    accountId,
                    KEEP_QUERIES);
        });
        return query(accountId, uid).orElseThrow();
    }

    public Optional<PastQuery> query(long accountId, String uid) {
        return db.one(
                "SELECT * FROM query_history WHERE account_id = ? AND uid = ?", Shortcuts::pastQuery, accountId, uid);
    }

    /// Newest first.
    public List<PastQuery> queries(long accountId) {
        return db.query(
                "SELECT * FROM query_history WHERE account_id = ? ORDER BY created DESC, uid",
                Shortcuts::pastQuery,
                accountId);
    }

    public void comment(long accountId, String uid, String comment) {
        db.update("UPDATE query_history SET comment = ? WHERE account_id = ? AND uid = ?", comment, accountId, uid);
    }

    public void star(long accountId, String uid, boolean starred) {
        db.update("UPDATE query_history SET starred = ? WHERE account_id = ? AND uid = ?", starred, accountId, uid);
    }

    public void forget(long accountId, String uid) {
        db.update("DELETE FROM query_history WHERE account_id = ? AND uid = ?", accountId, uid);
    }

    private static PastQuery pastQuery(Row row) throws SQLException {
        return new PastQuery(
                row.text("uid"),
                row.text("datasource_uid"),
                row.text("queries"),
                row.text("comment"),
                row.flag("starred"),
                row.number("created"));
    }
}
