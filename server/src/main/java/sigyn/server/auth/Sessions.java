package sigyn.server.auth;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sigyn.server.db.Db;

/// Logins that last: a random key in the browser's cookie, its fingerprint in the database.
public final class Sessions {
    private static final Duration SEEN_EVERY = Duration.ofMinutes(1);

    /// @param created milliseconds since 1970
    public record Session(long id, String address, String agent, long created, long seen) {}

    private record Found(long id, long created, long seen, Account account) {}

    private final Db db;
    private final Clock clock;
    private final Duration idle;
    private final Duration longest;

    public Sessions(Db db, Clock clock, Duration idle, Duration longest) {
        this.db = db;
        this.clock = clock;
        this.idle = idle;
        this.longest = longest;
    }

    /// Starts a session; returns its key, which is not kept.
    public String start(Account account, String address, String agent) {
        String key = Secrets.random(32);
        long now = clock.millis();
        db.tx(() -> {
            db.update(
                    "DELETE FROM sessions WHERE seen < ? OR created < ?",
                    now - idle.toMillis(),
                    now - longest.toMillis());
            db.update(
                    "INSERT INTO sessions (hash, account_id, address, agent, created, seen) VALUES (?, ?, ?, ?, ?, ?)",
                    Secrets.fingerprint(key),
                    account.id(),
                    address,
                    agent.length() > 300 ? agent.substring(0, 300) : agent,
                    now,
                    now);
        });
        return key;
    }

    /// The account whose session this is, unless it has ended or the account is disabled.
    public Optional<Account> find(String key) {
        long now = clock.millis();
        var found = db.one(
                "SELECT s.id AS session_id, s.created AS started, s.seen AS last_seen, a.* FROM sessions s"
                        + " JOIN accounts a ON a.id = s.account_id WHERE s.hash = ? AND a.disabled = 0",
                row -> new Found(
                        row.number("session_id"),
                        row.number("started"),
                        row.number("last_seen"),
                        Accounts.account(row)),
                Secrets.fingerprint(key));
        if (found.isEmpty()
                || found.get().seen() < now - idle.toMillis()
                || found.get().created() < now - longest.toMillis()) {
            return Optional.empty();
        }
        if (found.get().seen() < now - SEEN_EVERY.toMillis()) {
            db.update(
                    "UPDATE sessions SET seen = ? WHERE id = ?",
                    now,
                    found.get().id());
            db.update(
                    "UPDATE accounts SET seen = ? WHERE id = ?",
                    now,
                    found.get().account().id());
        }
        return Optional.of(found.get().account());
    }

    public void end(String key) {
        db.update("DELETE FROM sessions WHERE hash = ?", Secrets.fingerprint(key));
    }

    public List<Session> of(long accountId) {
        return db.query(
                "SELECT id, address, agent, created, seen FROM sessions WHERE account_id = ? ORDER BY seen DESC",
                row -> new Session(
                        row.number("id"),
                        row.text("address"),
                        row.text("agent"),
                        row.number("created"),
                        row.number("seen")),
                accountId);
    }

    public boolean end(long accountId, long sessionId) {
        return db.update("DELETE FROM sessions WHERE account_id = ? AND id = ?", accountId, sessionId) > 0;
    }
}
