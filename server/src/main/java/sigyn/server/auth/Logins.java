package sigyn.server.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.server.db.Db;

/// Names and passwords: checks them, slows down guessing, and sees to it that there is an admin.
public final class Logins {
    private static final Logger LOG = LoggerFactory.getLogger("auth");
    private static final String ADMIN_PASSWORD_SEEN = "admin_password_seen";

    public sealed interface Outcome {}

    public record Accepted(Account account) implements Outcome {}

    /// Wrong name or password; which of them is not said.
    public record Wrong() implements Outcome {}

    /// Too many failures: come back later.
    public record Later(Duration pause) implements Outcome {}

    private final Db db;
    private final Accounts accounts;
    private final boolean throttled;
    private final LoginThrottle throttle;
    private final String nobodysHash;
    /// Fingerprint of name, password and stored hash → right: spares tools that send HTTP Basic the 50 ms per request.
    private final Cache<String, Boolean> right = Caffeine.newBuilder()
            .maximumSize(1_000)
            .expireAfterWrite(Duration.ofMinutes(5))
            .build();

    private final String salt = Secrets.random(32);

    public Logins(Db db, Accounts accounts, AuthConfig config, Clock clock) {
        this.db = db;
        this.accounts = accounts;
        this.throttled = config.bruteForceProtection();
        this.throttle = new LoginThrottle(clock);
        this.nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                + "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";
    }

    public Outcome check(String name, String password, String address) {
        Optional<Account> account = accounts.byName(name).filter(a -> a.kind() == Account.Kind.USER && !a.disabled());
        String stored = account.flatMap(a -> accounts.passwordHash(a.id())).orElse(nobodysHash);
        String memo = Secrets.fingerprint(salt + "\0" + name + "\0" + password + "\0" + stored);
        if (account.isPresent() && right.getIfPresent(memo) != null) {
            return new Accepted(account.get());
        }
        if (throttled) {
            Duration wait = throttle.begin(name, address);
            if (!wait.isZero()) {
                return new Later(wait);
            }
        }
        if (!Passwords.matches(password, stored) || account.isEmpty()) {
            LOG.warn("wrong name or password login={} address={}", name, address);
            return new Wrong();
        }
        right.put(memo, true);
        throttle.succeeded(name, address);
        accounts.seen(account.get().id());
        return new Accepted(account.get());
    }

    /// Makes the admin's account on the first start. Later, a configured password that differs from the one configured
    /// before replaces the account's.
    ///
    /// @return the password that was made up because none was configured
    public Optional<String> ensureAdmin(AuthConfig config) {
        String configured = config.adminPassword();
        var admins = accounts.all(Account.Kind.USER).stream()
                .filter(Account::serverAdmin)
                .toList();
        if (admins.isEmpty()) {
            if (config.noAdmin()) {
                return Optional.empty();
            }
            String password = configured == null ? Secrets.random(20) : configured;
            var admin = accounts.createAdmin(config.adminUser(), config.adminEmail(), password);
            if (configured == null) {
                return Optional.of(password);
            }
            remember(accounts.passwordHash(admin.id()).orElseThrow());
            return Optional.empty();
        }
        if (configured != null && !alreadySeen(configured)) {
            var admin = accounts.byName(config.adminUser()).filter(Account::serverAdmin);
            if (admin.isEmpty()) {
                LOG.warn("admin password is configured for {}, who is no server admin: ignored", config.adminUser());
                return Optional.empty();
            }
            accounts.setPassword(admin.get().id(), configured);
            remember(accounts.passwordHash(admin.get().id()).orElseThrow());
            LOG.info("the configured admin password has changed: applied to {}", config.adminUser());
        }
        return Optional.empty();
    }

    private boolean alreadySeen(String password) {
        return db.one("SELECT value FROM settings WHERE name = ?", row -> row.text("value"), ADMIN_PASSWORD_SEEN)
                .map(hash -> Passwords.matches(password, hash))
                .orElse(false);
    }

    private void remember(String hash) {
        db.update(
                "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                ADMIN_PASSWORD_SEEN,
                hash);
    }
}
