package sigyn.server.auth;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import sigyn.model.SigynException;
import sigyn.server.db.Db;

/// Keys of service accounts: `glsa_`, 32 random letters and digits, `_`, and the CRC-32 of what stands before in hex.
/// The database keeps fingerprints.
public final class Tokens {
    private static final Duration USED_EVERY = Duration.ofMinutes(1);

    /// @param expires null: never
    /// @param used null: not yet
    public record Token(
            long id,
            long accountId,
            String name,
            long created,
            @Nullable Long expires,
            @Nullable Long used) {
        public boolean expired(long now) {
            return expires != null && expires <= now;
        }
    }

    /// A token just made, with the one showing of its key.
    public record Made(Token token, String key) {}

    private final Db db;
    private final Clock clock;

    public Tokens(Db db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    /// @param lifetime zero: forever
    public Made make(long accountId, String name, Duration lifetime) {
        if (name.isBlank()) {
            throw SigynException.badRequest("name of the token must not be empty");
        }
        String body = "glsa_" + Secrets.random(32);
        String key = body + "_" + checksum(body);
        long now = clock.millis();
        Long expires = lifetime.isZero() ? null : Long.valueOf(now + lifetime.toMillis());
        long id = db.tx(() -> {
            if (of(accountId).stream().anyMatch(t -> t.name().equals(name))) {
                throw new Accounts.NameTakenException("a token named \"" + name + "\" already exists");
            }
            return db.insert(
                    "INSERT INTO tokens (account_id, name, hash, created, expires) VALUES (?, ?, ?, ?, ?) RETURNING id",
                    accountId,
                    name,
                    Secrets.fingerprint(key),
                    now,
                    expires);
        });
        return new Made(new Token(id, accountId, name, now, expires, null), key);
    }

    private static String checksum(String body) {
        var crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    public List<Token> of(long accountId) {
        return db.query(
                "SELECT id, account_id, name, created, expires, used FROM tokens WHERE account_id = ? ORDER BY id",
                row -> new Token(
                        row.number("id"),
                        row.number("account_id"),
                        row.text("name"),
                        row.number("created"),
                        row.numberOrNull("expires"),
                        row.numberOrNull("used")),
                accountId);
    }

    public boolean delete(long accountId, long tokenId) {
        return db.update("DELETE FROM tokens WHERE account_id = ? AND id = ?", accountId, tokenId) > 0;
    }

    /// The account that a key speaks for, unless the token has expired or the account is disabled.
    public Optional<Account> find(String key) {
        if (!key.startsWith("glsa_")) {
            return Optional.empty();
        }
        long now = clock.millis();
        record Found(long tokenId, @Nullable Long used, Account account) {}
        var found = db.one(
                "SELECT t.id AS token_id, t.used AS token_used, a.* FROM tokens t JOIN accounts a ON a.id = t.account_id"
                        + " WHERE t.hash = ? AND a.disabled = 0 AND (t.expires IS NULL OR t.expires > ?)",
                row -> new Found(row.number("token_id"), row.numberOrNull("token_used"), Accounts.account(row)),
                Secrets.fingerprint(key),
                now);
        found.ifPresent(f -> {
            Long used = f.used();
            if (used == null || used < now - USED_EVERY.toMillis()) {
                db.update("UPDATE tokens SET used = ? WHERE id = ?", now, f.tokenId());
            }
        });
        return found.map(Found::account);
    }
}
