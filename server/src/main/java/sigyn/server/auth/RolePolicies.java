package sigyn.server.auth;

import java.util.EnumMap;
import java.util.Map;
import sigyn.server.db.Db;

/// Read policies of roles. An account's own policy goes before that of its role.
public final class RolePolicies {
    private static final String KEY = "policy.";

    private final Db db;

    public RolePolicies(Db db) {
        this.db = db;
    }

    /// The policy that holds for the caller, empty for none.
    public String of(Caller caller) {
        String own = caller.account().policy();
        return own.isEmpty() ? of(caller.role()) : own;
    }

    public String of(Role role) {
        return db.one("SELECT value FROM settings WHERE name = ?", row -> row.text("value"), KEY + role.name())
                .orElse("");
    }

    public Map<Role, String> all() {
        var all = new EnumMap<Role, String>(Role.class);
        for (var role : Role.values()) {
            all.put(role, of(role));
        }
        return all;
    }

    public void set(Role role, String policy) {
        db.update(
                "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                KEY + role.name(),
                policy);
    }
}
