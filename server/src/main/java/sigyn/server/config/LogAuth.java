package sigyn.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who may use the log server: everyone when there are no users. Passwords and tokens are here as they stand in the
/// file.
///
/// ```yaml
/// sigyn:
///   auth:
///     protect_metrics: false
///     users:
///       alloy: {password_file: /run/secrets/alloy, access: write}
///       grafana: {token: ${GRAFANA_TOKEN}, access: read, tenants: [shop, web]}
/// ```
///
/// @param protectMetrics `/metrics` needs a user too
public record LogAuth(List<User> users, boolean protectMetrics) {
    public static final LogAuth OPEN = new LogAuth(List.of(), false);

    /// What a user may do.
    public enum Access {
        ALL,
        READ,
        WRITE
    }

    /// One user: known by name and password, by a token alone, or by either.
    ///
    /// @param tenants those that the user may name; empty for any
    public record User(
            String name,
            @Nullable String password,
            @Nullable String token,
            Access access,
            List<String> tenants) {
        public User {
            tenants = List.copyOf(tenants);
        }
    }

    public LogAuth {
        users = List.copyOf(users);
    }

    static LogAuth read(Section s, boolean tenants) {
        var users = new ArrayList<User>();
        s.section("users").children().forEach((name, user) -> users.add(user(name, user, tenants)));
        return new LogAuth(users, s.flag("protect_metrics", false));
    }

    private static User user(String name, Section s, boolean tenants) {
        String password = secret(s, "password");
        String token = secret(s, "token");
        if (password == null && token == null) {
            throw s.refused("password", "a user needs password, password_file, token or token_file");
        }
        if (password != null && name.indexOf(':') >= 0) {
            throw s.refused("password", "the name of a user with a password has no colon");
        }
        var access = switch (s.text("access", "all")) {
            case "all" -> Access.ALL;
            case "read" -> Access.READ;
            case "write" -> Access.WRITE;
            default -> throw s.refused("access", "expected all, read or write");
        };
        var mayName = s.list("tenants", List.of());
        if (!tenants && !mayName.isEmpty()) {
            throw s.refused(
                    "tenants",
                    "limits nothing with auth_enabled: false, where all logs are of one tenant;"
                            + " set auth_enabled: true or leave tenants out");
        }
        return new User(name, password, token, access, mayName);
    }

    private static @Nullable String secret(Section s, String key) {
        String text = s.text(key);
        String file = s.text(key + "_file");
        if (text != null && file != null) {
            throw s.refused(key, "give either " + key + " or " + key + "_file");
        }
        if (file != null) {
            try {
                text = Files.readString(Path.of(file)).strip();
            } catch (IOException e) {
                throw s.refused(key + "_file", "cannot be read: " + e.getMessage());
            }
        }
        if (text != null && text.isEmpty()) {
            throw s.refused(file == null ? key : key + "_file", "is empty");
        }
        return text;
    }
}
