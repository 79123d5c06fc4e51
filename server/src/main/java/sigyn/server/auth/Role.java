package sigyn.server.auth;

import java.util.Optional;

/// What somebody may do, each role everything that the ones before it may.
public enum Role {
    /// Nothing but exist: a service account whose access was taken away.
    NONE("None"),
    VIEWER("Viewer"),
    EDITOR("Editor"),
    ADMIN("Admin");

    private final String title;

    Role(String title) {
        this.title = title;
    }

    /// As Grafana writes it: `Viewer`, `Editor`, `Admin`, `None`.
    public String title() {
        return title;
    }

    public boolean atLeast(Role other) {
        return compareTo(other) >= 0;
    }

    public static Optional<Role> named(String title) {
        for (Role role : values()) {
            if (role.title.equalsIgnoreCase(title)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
