package sigyn.server.auth;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How people prove who they are.
///
/// @param adminPassword null: one is made up on the first start
/// @param noAdmin true: no admin account is created
/// @param basic whether HTTP Basic is taken
/// @param form whether the login form is taken
/// @param idleLifetime a session not used for so long ends
/// @param lifetime a session ends after so long at the latest
/// @param oidc null: nobody logs in elsewhere
/// @param ownHosts `host` or `host:port` under which browsers know us, besides the Host field of the request
public record AuthConfig(
        String adminUser,
        @Nullable String adminPassword,
        String adminEmail,
        boolean noAdmin,
        boolean basic,
        boolean form,
        boolean bruteForceProtection,
        String cookieName,
        boolean cookieSecure,
        String cookieSameSite,
        Duration idleLifetime,
        Duration lifetime,
        Anonymous anonymous,
        Proxy proxy,
        @Nullable OidcConfig oidc,
        Set<String> ownHosts) {

    /// Whether and as what people look without logging in.
    public record Anonymous(boolean enabled, Role role) {}

    /// Logins by a header that a trusted proxy in front sets.
    ///
    /// @param signUp whether an unknown name gets an account, with `role`
    /// @param whitelist addresses of the proxies; empty: any
    public record Proxy(boolean enabled, String header, boolean signUp, List<String> whitelist, Role role) {}
}
