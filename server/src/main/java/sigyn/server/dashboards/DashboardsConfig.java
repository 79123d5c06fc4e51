package sigyn.server.dashboards;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;
import sigyn.server.auth.AuthConfig;
import sigyn.server.auth.JmesPath;
import sigyn.server.auth.OidcConfig;
import sigyn.server.auth.Role;
import sigyn.server.dashboards.api.SessionApi;
import sigyn.server.db.Postgres;

/// What the dashboards are told from outside, in Grafana's own words.
///
/// @param port where people reach us; [Dashboards] itself listens nowhere
/// @param basePath `` or `/sub`, from `root_url` when `serve_from_sub_path` is on
/// @param database null: a file below `data`
/// @param logPort the log server's own port: a datasource that names it and one of `selfAliases` is served in process
/// @param pollEvery how often provisioned files are compared with what was read last
/// @param alertingPoll how often to look which alert rules are due
/// @param webhookHosts hosts of the own network that everybody's alert messages may go to
/// @param environment variables that provisioning files may refer to
public record DashboardsConfig(
        String host,
        int port,
        String rootUrl,
        String basePath,
        Path data,
        @Nullable Postgres database,
        Path provisioning,
        @Nullable Path homeDashboard,
        AuthConfig auth,
        Defaults defaults,
        int versionsToKeep,
        Duration proxyTimeout,
        Duration pollEvery,
        Duration alertingPoll,
        Set<String> webhookHosts,
        int logPort,
        Set<String> selfAliases,
        boolean allowEmbedding,
        Map<String, String> environment) {

    /// What holds for people who have not chosen otherwise.
    public record Defaults(String theme, String language, String minRefresh, String loginHint, String passwordHint) {}

    public DashboardsConfig {
        selfAliases = Set.copyOf(selfAliases);
        environment = Map.copyOf(environment);
    }

    /// Reads `GF_*` variables and, when there is one, `grafana.ini`.
    public static DashboardsConfig read(Map<String, String> environment, @Nullable Path iniFile) {
        var s = Settings.read(environment, iniFile);
        int port = s.number("server", "http_port", 3000);
        String rootUrl = s.expanded("server", s.text("server", "root_url", "http://localhost:" + port + "/"));
        return new DashboardsConfig(
                s.text("server", "http_addr", "0.0.0.0"),
                port,
                rootUrl,
                s.flag("server", "serve_from_sub_path", false) ? pathOf(rootUrl) : "",
                Path.of(s.text("paths", "data", "/var/lib/grafana")),
                database(s),
                Path.of(s.text("paths", "provisioning", "/etc/grafana/provisioning")),
                pathOrNull(s.text("dashboards", "default_home_dashboard_path")),
                auth(s, rootUrl),
                new Defaults(
                        s.text("users", "default_theme", "dark"),
                        s.text("users", "default_language", "en-US"),
                        s.text("dashboards", "min_refresh_interval", "5s"),
                        s.text("users", "login_hint", "email or username"),
                        s.text("users", "password_hint", "password")),
                s.number("dashboards", "versions_to_keep", 20),
                Duration.ofSeconds(s.number("dataproxy", "timeout", 30)),
                s.span("sigyn", "provisioning_poll", Duration.ofSeconds(3)),
                s.span("sigyn", "alerting_poll", Duration.ofSeconds(1)),
                Set.copyOf(list(s.text("sigyn", "webhook_hosts", "").toLowerCase(java.util.Locale.ROOT))),
                s.number("sigyn", "log_port", 3100),
                aliases(s.text("sigyn", "self_aliases", "")),
                s.flag("security", "allow_embedding", false),
                environment);
    }

    private static AuthConfig auth(Settings s, String rootUrl) {
        String own = java.net.URI.create(rootUrl).getRawAuthority();
        return new AuthConfig(
                s.text("security", "admin_user", "admin"),
                s.text("security", "admin_password"),
                s.text("security", "admin_email", "admin@localhost"),
                s.flag("security", "disable_initial_admin_creation", false),
                s.flag("auth.basic", "enabled", true),
                !s.flag("auth", "disable_login_form", false),
                !s.flag("security", "disable_brute_force_login_protection", false),
                s.text("auth", "login_cookie_name", "grafana_session"),
                s.flag("security", "cookie_secure", false),
                sameSite(s.text("security", "cookie_samesite", "lax")),
                s.span("auth", "login_maximum_inactive_lifetime_duration", Duration.ofDays(7)),
                s.span("auth", "login_maximum_lifetime_duration", Duration.ofDays(30)),
                new AuthConfig.Anonymous(
                        s.flag("auth.anonymous", "enabled", false), role(s, "auth.anonymous", "org_role")),
                new AuthConfig.Proxy(
                        s.flag("auth.proxy", "enabled", false),
                        s.text("auth.proxy", "header_name", "X-WEBAUTH-USER"),
                        s.flag("auth.proxy", "auto_sign_up", true),
                        list(s.text("auth.proxy", "whitelist", "")),
                        role(s, "users", "auto_assign_org_role")),
                oidc(s, rootUrl),
                own == null ? Set.of() : Set.of(own.toLowerCase(java.util.Locale.ROOT)));
    }

    private static @Nullable OidcConfig oidc(Settings s, String rootUrl) {
        String section = "auth.generic_oauth";
        if (!s.flag(section, "enabled", false)) {
            return null;
        }
        return new OidcConfig(
                s.text(section, "name", "OAuth"),
                java.net.URI.create(wanted(s, section, "issuer")),
                wanted(s, section, "client_id"),
                s.text(section, "client_secret", ""),
                s.text(section, "scopes", "openid profile email").replace(',', ' '),
                java.net.URI.create(rootUrl.replaceAll("/+$", "") + SessionApi.OIDC_PATH),
                s.flag(section, "allow_sign_up", true),
                role(s, "users", "auto_assign_org_role"),
                roleRule(s, section));
    }

    private static @Nullable JmesPath roleRule(Settings s, String section) {
        String rule = s.text(section, "role_attribute_path", "");
        try {
            return rule.isBlank() ? null : JmesPath.parse(rule);
        } catch (JmesPath.SyntaxException e) {
            throw new SigynException(
                    ErrorKind.OPERATOR, "[" + section + "] role_attribute_path: " + rule + ": " + e.getMessage());
        }
    }

    private static String wanted(Settings s, String section, String key) {
        String text = s.text(section, key, "");
        if (text.isEmpty()) {
            throw new SigynException(ErrorKind.OPERATOR, "[" + section + "] " + key + " is missing");
        }
        return text;
    }

    private static @Nullable Postgres database(Settings s) {
        String type = s.text("database", "type", "sqlite3");
        return switch (type) {
            case "sqlite3" -> null;
            case "postgres" ->
                new Postgres(
                        s.text("database", "host", "127.0.0.1:5432"),
                        s.text("database", "name", "grafana"),
                        s.text("database", "user", "root"),
                        s.text("database", "password", ""),
                        s.text("database", "ssl_mode", "disable"));
            default ->
                throw new SigynException(
                        ErrorKind.OPERATOR, "[database] type: expected sqlite3 or postgres, found \"" + type + "\"");
        };
    }

    private static String sameSite(String text) {
        return switch (text.toLowerCase(java.util.Locale.ROOT)) {
            case "strict" -> "Strict";
            default -> "Lax";
        };
    }

    private static Role role(Settings s, String section, String key) {
        String text = s.text(section, key, "Viewer");
        return Role.named(text)
                .orElseThrow(() -> new SigynException(
                        ErrorKind.OPERATOR,
                        "[" + section + "] " + key + ": expected Viewer, Editor or Admin, found \"" + text + "\""));
    }

    private static String pathOf(String url) {
        String path = java.net.URI.create(url).getPath();
        return path == null ? "" : path.replaceAll("/+$", "");
    }

    private static @Nullable Path pathOrNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : Path.of(text);
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split("[,\\s]+")).filter(s -> !s.isEmpty()).toList();
    }

    private static Set<String> aliases(String text) {
        var names = new LinkedHashSet<>(List.of("loki", "localhost", "127.0.0.1", "[::1]"));
        names.addAll(list(text));
        return names;
    }

    public DashboardsConfig withListen(String newHost, int newPort) {
        return copy(newHost, newPort, data, provisioning, logPort);
    }

    public DashboardsConfig withData(Path folder) {
        return copy(host, port, folder, provisioning, logPort);
    }

    public DashboardsConfig withProvisioning(Path folder) {
        return copy(host, port, data, folder, logPort);
    }

    public DashboardsConfig withLogPort(int newLogPort) {
        return copy(host, port, data, provisioning, newLogPort);
    }

    private DashboardsConfig copy(String newHost, int newPort, Path newData, Path newProvisioning, int newLogPort) {
        return new DashboardsConfig(
                newHost,
                newPort,
                rootUrl,
                basePath,
                newData,
                database,
                newProvisioning,
                homeDashboard,
                auth,
                defaults,
                versionsToKeep,
                proxyTimeout,
                pollEvery,
                alertingPoll,
                webhookHosts,
                newLogPort,
                selfAliases,
                allowEmbedding,
                environment);
    }
}
