package sigyn.server.auth;

import org.jspecify.annotations.Nullable;
import sigyn.server.http.Request;

/// The session's cookie, and the one of a login that goes on elsewhere.
final class Cookies {
    private Cookies() {}

    static @Nullable String read(Request request, String name) {
        for (var field : request.headers().fields()) {
            if (!field.name().equalsIgnoreCase("Cookie")) {
                continue;
            }
            for (String pair : field.value().split(";")) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    return pair.substring(equals + 1).strip();
                }
            }
        }
        return null;
    }

    /// @param maxAge seconds; 0 removes the cookie
    static String write(AuthConfig config, String path, String value, long maxAge) {
        return write(config, config.cookieName(), config.cookieSameSite(), path, value, maxAge);
    }

    /// A cookie that comes along when another site sends the browser back to us.
    static String writeForReturn(AuthConfig config, String name, String path, String value, long maxAge) {
        return write(config, name, "Lax", path, value, maxAge);
    }

    private static String write(
            AuthConfig config, String name, String sameSite, String path, String value, long maxAge) {
        return name + "=" + value + "; Path=" + (path.isEmpty() ? "/" : path) + "; Max-Age=" + maxAge
                + "; HttpOnly; SameSite=" + sameSite + (config.cookieSecure() ? "; Secure" : "");
    }
}
