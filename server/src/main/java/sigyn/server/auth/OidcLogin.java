package sigyn.server.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.SigynException;
import sigyn.server.db.Db;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import tools.jackson.databind.JsonNode;

/// Logins with an OpenID provider: authorization code flow with PKCE.
///
/// An account belongs to the provider's issuer and subject, never to a name or mail address, so that nobody becomes
/// somebody else by choosing their name elsewhere. A login is bound to the browser that began it.
public final class OidcLogin {
    private static final Logger LOG = LoggerFactory.getLogger("auth");
    private static final Duration TIME_TO_LOG_IN = Duration.ofMinutes(10);

    /// Why a login did not happen, as the login page is told.
    public enum Failure {
        /// The provider said no.
        DENIED,
        /// Too late, begun elsewhere, or never begun.
        EXPIRED,
        /// The provider cannot be reached or trusted.
        FAILED,
        /// No account, and none is made.
        UNKNOWN,
        /// The name belongs to another account.
        TAKEN,
        DISABLED
    }

    public sealed interface Outcome {}

    public record In(Account account, String redirectTo) implements Outcome {}

    public record Out(Failure failure) implements Outcome {}

    private record Begun(String browser, String verifier, String nonce, String redirectTo) {}

    private final OidcConfig config;
    private final OidcProvider provider;
    private final Accounts accounts;
    private final Db db;
    private final Cache<String, Begun> begun = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(TIME_TO_LOG_IN)
            .build();

    public OidcLogin(OidcConfig config, Accounts accounts, Db db, Clock clock) {
        this.config = config;
        this.provider = new OidcProvider(config, clock);
        this.accounts = accounts;
        this.db = db;
    }

    public String providerName() {
        return config.name();
    }

    /// Sends the browser to the provider, with a cookie that it must bring back.
    public Response begin(AuthConfig auth, String cookiePath, String redirectTo) throws InterruptedException {
        String browser = Secrets.random(32);
        String state = Secrets.random(32);
        String verifier = Secrets.random(64);
        String nonce = Secrets.random(32);
        try {
            String url = provider.authorizationUrl(state, nonce, challenge(verifier));
            begun.put(state, new Begun(Secrets.fingerprint(browser), verifier, nonce, redirectTo));
            return Response.of(302)
                    .header("Location", url)
                    .header(
                            "Set-Cookie",
                            Cookies.writeForReturn(
                                    auth, cookieName(auth), cookiePath, browser, TIME_TO_LOG_IN.toSeconds()));
        } catch (OidcProvider.UntrustedException e) {
            LOG.warn("login with {}: {}", config.name(), e.getMessage());
            return Response.of(302).header("Location", cookiePath + "/login?loginError=failed");
        }
    }

    /// What came of it, from the request that the provider sent the browser back with.
    public Outcome end(Request request, AuthConfig auth) throws InterruptedException {
        String browser = Cookies.read(request, cookieName(auth));
        String state = request.query().first("state");
        var login = state == null ? null : begun.asMap().remove(state);
        if (login == null || browser == null || !login.browser().equals(Secrets.fingerprint(browser))) {
            return new Out(Failure.EXPIRED);
        }
        String code = request.query().first("code");
        if (request.query().first("error") != null || code == null) {
            LOG.warn(
                    "login with {}: the provider answered {}",
                    config.name(),
                    request.query().first("error"));
            return new Out(Failure.DENIED);
        }
        try {
            return admit(provider.redeem(code, login.verifier(), login.nonce()), login.redirectTo());
        } catch (OidcProvider.UntrustedException e) {
            LOG.warn("login with {}: {}", config.name(), e.getMessage());
            return new Out(Failure.FAILED);
        }
    }

    private Outcome admit(JsonNode claims, String redirectTo) {
        String subject = claims.path("sub").asString("");
        var known = accountOf(subject);
        if (known.isPresent()) {
            var account = known.get();
            if (account.disabled()) {
                return new Out(Failure.DISABLED);
            }
            if (config.roleRule() != null && account.role() != roleIn(claims)) {
                accounts.setRole(account.id(), roleIn(claims));
            }
            accounts.seen(account.id());
            return new In(accounts.byId(account.id()).orElseThrow(), redirectTo);
        }
        if (!config.signUp()) {
            return new Out(Failure.UNKNOWN);
        }
        String email = claims.path("email").asString("");
        String login = claims.path("preferred_username").asString(email.isEmpty() ? subject : email);
        try {
            var made = db.tx(() -> {
                var account =
                        accounts.createUser(login, email, claims.path("name").asString(""), null, roleIn(claims), true);
                db.update(
                        "INSERT INTO identities (issuer, subject, account_id) VALUES (?, ?, ?)",
                        config.issuer().toString(),
                        subject,
                        account.id());
                return account;
            });
            return new In(made, redirectTo);
        } catch (Accounts.NameTakenException e) {
            return new Out(Failure.TAKEN);
        } catch (SigynException e) {
            LOG.warn("login with {}: {}", config.name(), e.getMessage());
            return new Out(Failure.FAILED);
        }
    }

    private Optional<Account> accountOf(String subject) {
        return db.one(
                "SELECT a.* FROM accounts a JOIN identities i ON i.account_id = a.id"
                        + " WHERE i.issuer = ? AND i.subject = ?",
                Accounts::account,
                config.issuer().toString(),
                subject);
    }

    /// The role that the provider gives; of several the highest.
    private Role roleIn(JsonNode claims) {
        if (config.roleRule() == null) {
            return config.role();
        }
        JsonNode said = config.roleRule().of(claims);
        @Nullable Role best = null;
        for (var value : said.isArray() ? said : List.of(said)) {
            String name = value.asString("");
            var role = Role.named(name.equalsIgnoreCase("GrafanaAdmin") ? "Admin" : name)
                    .orElse(null);
            if (role != null && (best == null || role.atLeast(best))) {
                best = role;
            }
        }
        return best == null ? config.role() : best;
    }

    private static String cookieName(AuthConfig auth) {
        return auth.cookieName() + "_oauth";
    }

    private static String challenge(String verifier) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(sha.digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
