package sigyn.server.dashboards.alert;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import tools.jackson.databind.node.ObjectNode;

/// One way to tell people; several of one name are told together.
///
/// @param settings without the secrets, which show as `[REDACTED]`
/// @param secrets by their path in the settings, such as `hmacConfig.secret`
/// @param trusted written by an admin, who may have messages sent to hosts of the own network
/// @param provenance empty, or `file`
public record ContactPoint(
        String uid,
        String name,
        String type,
        ObjectNode settings,
        Map<String, String> secrets,
        boolean disableResolve,
        boolean trusted,
        String provenance) {
    static final String REDACTED = "[REDACTED]";

    private static final Set<String> SECRET = Set.of(
            "password",
            "authorization_credentials",
            "token",
            "bottoken",
            "integrationkey",
            "apikey",
            "apitoken",
            "secret",
            "clientkey",
            "basicauthpassword",
            "usertoken");
    /// Where the address itself lets anybody in who knows it.
    private static final Set<String> SECRET_URL = Set.of("slack", "teams", "discord", "googlechat");

    public ContactPoint {
        secrets = Map.copyOf(secrets);
    }

    /// Whether messages are really sent.
    public boolean delivered() {
        return type.equals("webhook");
    }

    /// Takes the secrets out of the settings.
    ///
    /// @param before secrets that stay where the settings say `[REDACTED]`
    public static ContactPoint of(
            String uid,
            String name,
            String type,
            ObjectNode settings,
            Map<String, String> before,
            boolean disableResolve,
            boolean trusted,
            String provenance) {
        var open = settings.deepCopy();
        var secrets = new TreeMap<String, String>();
        take(open, "", type, before, secrets);
        return new ContactPoint(uid, name, type, open, secrets, disableResolve, trusted, provenance);
    }

    private static void take(
            ObjectNode settings, String path, String type, Map<String, String> before, Map<String, String> secrets) {
        for (String key : settings.propertyNames().toArray(String[]::new)) {
            var value = settings.get(key);
            if (value instanceof ObjectNode inner) {
                take(inner, path + key + ".", type, before, secrets);
            } else if (secret(path, key, type) && !value.asString("").isEmpty()) {
                String text = value.asString("");
                String kept = text.equals(REDACTED) ? before.get(path + key) : text;
                if (kept == null) {
                    throw Refusal.badRequest(path + key + " must be given");
                }
                secrets.put(path + key, kept);
                settings.put(key, REDACTED);
            }
        }
    }

    private static boolean secret(String path, String key, String type) {
        String low = key.toLowerCase(Locale.ROOT);
        return SECRET.contains(low)
                || low.equals("url") && SECRET_URL.contains(type)
                || path.equals("headers.") && low.matches(".*(auth|key|token|secret|cookie).*");
    }

    /// A setting by its path, secret or not.
    String setting(String path) {
        String secret = secrets.get(path);
        return secret != null
                ? secret
                : settings.at("/" + path.replace('.', '/')).asString("");
    }

    String text(String key, String otherwise) {
        String value = Json.text(settings, key);
        return value.isEmpty() ? otherwise : value;
    }
}
