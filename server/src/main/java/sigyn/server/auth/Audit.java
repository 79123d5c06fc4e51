package sigyn.server.auth;

import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.server.db.Db;

/// Who changed what and when: written to the database and to the log. Kept for the newest 100,000 entries.
public final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger("audit");
    private static final int KEEP = 100_000;

    /// @param at milliseconds since 1970
    public record Entry(
            long id, long at, String login, String address, String action, String subject, String outcome) {}

    private final Db db;
    private final Clock clock;

    public Audit(Db db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    public void record(String login, String address, String action, String subject, String outcome) {
        LOG.info("{} {} by {} from {}: {}", action, subject, login, address, outcome);
        long id = db.insert(
                "INSERT INTO audit (at, login, address, action, subject, outcome) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                clock.millis(),
                login,
                address,
                action,
                subject,
                outcome);
        if (id % 1_000 == 0) {
            db.update("DELETE FROM audit WHERE id <= ?", id - KEEP);
        }
    }

    /// The newest entries before `id`, newest first.
    public List<Entry> before(long id, int limit) {
        return db.query(
                "SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?",
                row -> new Entry(
                        row.number("id"),
                        row.number("at"),
                        row.text("login"),
                        row.text("address"),
                        row.text("action"),
                        row.text("subject"),
                        row.text("outcome")),
                id,
                limit);
    }
}
