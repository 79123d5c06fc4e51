package sigyn.server.auth;

import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sigyn.model.SigynException;
import sigyn.server.db.Db;
import sigyn.server.db.Row;

/// The users and service accounts.
public final class Accounts {
    private static final int SHORTEST_PASSWORD = 4;
    private static final int LONGEST_PASSWORD = 1_000;

    private final Db db;
    private final Clock clock;

    public Accounts(Db db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    public List<Account> all(Account.Kind kind) {
        return db.query("SELECT * FROM accounts WHERE kind = ? ORDER BY id", Accounts::account, kind.name());
    }

    public Optional<Account> byId(long id) {
        return db.one("SELECT * FROM accounts WHERE id = ?", Accounts::account, id);
    }

    /// By login name or mail address.
    public Optional<Account> byName(String loginOrEmail) {
        return db.one(
                "SELECT * FROM accounts WHERE login = ? OR (email <> '' AND email = ?) ORDER BY login = ? DESC",
                Accounts::account,
                loginOrEmail,
                loginOrEmail,
                loginOrEmail);
    }

    /// Makes a user; without a password it cannot log in with one.
    public Account createUser(
            String login, String email, String name, @Nullable String password, Role role, boolean external) {
        checkLogin(login);
        if (password != null) {
            checkPassword(password);
        }
        return create(Account.Kind.USER, login, email, name, password, role, false, external);
    }

    public Account createServiceAccount(String name, Role role) {
        if (name.isBlank()) {
            throw SigynException.badRequest("name of the service account must not be empty");
        }
        String login = "sa-1-" + name.strip().toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return create(Account.Kind.SERVICE, login, "", name.strip(), null, role, false, false);
    }

    Account createAdmin(String login, String email, String password) {
        return create(Account.Kind.USER, login, email, "", password, Role.ADMIN, true, false);
    }

    private Account create(
            Account.Kind kind,
            String login,
            String email,
            String name,
            @Nullable String password,
            Role role,
            boolean serverAdmin,
            boolean external) {
        long now = clock.millis();
        String hash = password == null ? null : Passwords.hash(password);
        return db.tx(() -> {
            boolean taken = byName(login).isPresent()
                    || (!email.isEmpty() && byName(email).isPresent());
            if (taken) {
                throw new NameTakenException("an account with login or email \"" + login + "\" already exists");
            }
            long id = db.insert(
                    "INSERT INTO accounts (uid, kind, login, email, name, role, server_admin, disabled, external,"
                            + " password, policy, created, updated, seen)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, '', ?, ?, ?) RETURNING id",
                    Secrets.uid(),
                    kind.name(),
                    login,
                    email,
                    name,
                    role.name(),
                    serverAdmin,
                    external,
                    hash,
                    now,
                    now,
                    now);
            return byId(id).orElseThrow();
        });
    }

    public void rename(long id, String login, String email, String name) {
        checkLogin(login);
        db.update(
                "UPDATE accounts SET login = ?, email = ?, name = ?, updated = ? WHERE id = ?",
                login,
                email,
                name,
                clock.millis(),
                id);
    }

    public void setRole(long id, Role role) {
        db.update("UPDATE accounts SET role = ?, updated = ? WHERE id = ?", role.name(), clock.millis(), id);
    }

    public void setServerAdmin(long id, boolean serverAdmin) {
        db.update("UPDATE accounts SET server_admin = ?, updated = ? WHERE id = ?", serverAdmin, clock.millis(), id);
    }

    public void setDisabled(long id, boolean disabled) {
        db.update("UPDATE accounts SET disabled = ?, updated = ? WHERE id = ?", disabled, clock.millis(), id);
    }

    public void setPolicy(long id, String policy) {
        db.update("UPDATE accounts SET policy = ?, updated = ? WHERE id = ?", policy, clock.millis(), id);
    }

    /// Changes the password and ends all sessions of the account.
    public void setPassword(long id, String password) {
        checkPassword(password);
        String hash = Passwords.hash(password);
        db.tx(() -> {
            db.update("UPDATE accounts SET password = ?, updated = ? WHERE id = ?", hash, clock.millis(), id);
            db.update("DELETE FROM sessions WHERE account_id = ?", id);
        });
    }

    public boolean passwordIs(long id, String password) {
        return passwordHash(id).map(hash -> Passwords.matches(password, hash)).orElse(false);
    }

    Optional<String> passwordHash(long id) {
        return db.one("SELECT password FROM accounts WHERE id = ?", row -> row.text("password"), id)
                .filter(hash -> !hash.isEmpty());
    }

    /// Removes the account with its sessions and tokens. The last server admin stays.
    public void delete(long id) {
        db.tx(() -> {
            var others = db.query(
                    "SELECT id FROM accounts WHERE server_admin = 1 AND disabled = 0 AND id <> ?",
                    row -> row.number("id"),
                    id);
            if (others.isEmpty() && byId(id).map(Account::serverAdmin).orElse(false)) {
                throw SigynException.badRequest("cannot delete the last server admin");
            }
            db.update("DELETE FROM accounts WHERE id = ?", id);
        });
    }

    void seen(long id) {
        db.update("UPDATE accounts SET seen = ? WHERE id = ?", clock.millis(), id);
    }

    private static void checkLogin(String login) {
        if (login.isBlank() || login.length() > 190 || login.chars().anyMatch(Character::isISOControl)) {
            throw SigynException.badRequest("login must have 1 to 190 printable characters");
        }
    }

    private static void checkPassword(String password) {
        if (password.length() < SHORTEST_PASSWORD || password.length() > LONGEST_PASSWORD) {
            throw SigynException.badRequest(
                    "password must have " + SHORTEST_PASSWORD + " to " + LONGEST_PASSWORD + " characters");
        }
    }

    static Account account(Row row) throws SQLException {
        return new Account(
                row.number("id"),
                row.text("uid"),
                Account.Kind.valueOf(row.text("kind")),
                row.text("login"),
                row.text("email"),
                row.text("name"),
                Role.valueOf(row.text("role")),
                row.flag("server_admin"),
                row.flag("disabled"),
                row.flag("external"),
                row.text("policy"),
                row.number("created"),
                row.number("updated"),
                row.number("seen"));
    }

    /// Somebody else has that name.
    public static final class NameTakenException extends RuntimeException {
        NameTakenException(String message) {
            super(message);
        }
    }
}
