package sigyn.server.auth;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sigyn.server.http.Filter;
import sigyn.server.http.Handler;
import sigyn.server.http.Request;
import sigyn.server.http.Response;

/// Finds out who asks and puts a [Caller] on the request; without proof of any kind the request goes on without one.
/// Proof that is wrong ends the request with 401.
///
/// In this order: `Authorization: Bearer glsa_…`, HTTP Basic, the session's cookie, the trusted proxy's header,
/// anonymous access.
public final class Authentication implements Filter {
    private final AuthConfig config;
    private final String cookiePath;
    private final Accounts accounts;
    private final Logins logins;
    private final Sessions sessions;
    private final Tokens tokens;

    public Authentication(
            AuthConfig config, String cookiePath, Accounts accounts, Logins logins, Sessions sessions, Tokens tokens) {
        this.config = config;
        this.cookiePath = cookiePath;
        this.accounts = accounts;
        this.logins = logins;
        this.sessions = sessions;
        this.tokens = tokens;
    }

    private sealed interface Finding {}

    private record Known(Caller caller) implements Finding {}

    private record Unknown() implements Finding {}

    private record Refused(Response response) implements Finding {}

    @Override
    public Handler wrap(Handler next) {
        return request -> switch (find(request)) {
            case Known(Caller caller) -> {
                request.attribute(Caller.class, caller);
                yield next.handle(request);
            }
            case Unknown() -> next.handle(request);
            case Refused(Response response) -> response;
        };
    }

    private Finding find(Request request) {
        String authorization = request.header("Authorization");
        if (authorization != null) {
            String scheme = authorization.toLowerCase(Locale.ROOT);
            if (scheme.startsWith("bearer ")) {
                return token(authorization.substring(7).strip());
            }
            if (scheme.startsWith("basic ") && config.basic()) {
                return basic(authorization.substring(6).strip(), request.remoteAddress());
            }
        }
        String cookie = Cookies.read(request, config.cookieName());
        if (cookie != null) {
            var account = sessions.find(cookie);
            if (account.isPresent()) {
                return known(account.get(), Caller.Proof.SESSION);
            }
        }
        var proxied = proxied(request);
        if (proxied.isPresent()) {
            return known(proxied.get(), Caller.Proof.PROXY);
        }
        if (config.anonymous().enabled()) {
            return new Known(new Caller(Account.NOBODY, config.anonymous().role(), Caller.Proof.ANONYMOUS));
        }
        return new Unknown();
    }

    private static Finding known(Account account, Caller.Proof proof) {
        return new Known(new Caller(account, account.role(), proof));
    }

    private Finding token(String key) {
        return tokens.find(key)
                .map(account -> known(account, Caller.Proof.TOKEN))
                .orElseGet(() -> new Refused(refusal(401, "Invalid API key", "api-key.invalid")));
    }

    private Finding basic(String encoded, String address) {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return new Refused(refusal(401, "Invalid basic auth credentials", "basic-auth.invalid"));
        }
        int colon = pair.indexOf(':');
        if (colon < 0) {
            return new Refused(refusal(401, "Invalid basic auth credentials", "basic-auth.invalid"));
        }
        String name = pair.substring(0, colon);
        String password = pair.substring(colon + 1);
        if (name.equals("api_key")) {
            return token(password);
        }
        return switch (logins.check(name, password, address)) {
            case Logins.Accepted(Account account) -> known(account, Caller.Proof.BASIC);
            case Logins.Wrong() -> new Refused(wrongPassword());
            case Logins.Later(Duration pause) -> new Refused(later(pause));
        };
    }

    private Optional<Account> proxied(Request request) {
        var proxy = config.proxy();
        String name = proxy.enabled() ? request.header(proxy.header()) : null;
        if (name == null || name.isBlank() || !trusted(request.remoteAddress(), proxy.whitelist())) {
            return Optional.empty();
        }
        var account = accounts.byName(name.strip());
        if (account.isEmpty() && proxy.signUp()) {
            return Optional.of(accounts.createUser(name.strip(), "", "", null, proxy.role(), true));
        }
        return account.filter(a -> a.kind() == Account.Kind.USER && !a.disabled());
    }

    private static boolean trusted(String address, List<String> whitelist) {
        return whitelist.isEmpty() || whitelist.stream().anyMatch(range -> AddressRange.contains(range, address));
    }

    /// Logs in by name and password: a cookie, or 401, or 429 with `Retry-After`.
    public Response login(String name, String password, Request request, String redirectUrl) {
        if (!config.form()) {
            return refusal(401, "Login is disabled", "password-auth.disabled");
        }
        return switch (logins.check(name, password, request.remoteAddress())) {
            case Logins.Accepted(Account account) -> {
                var in = Response.json(200, "{\"message\":\"Logged in\",\"redirectUrl\":\"" + redirectUrl + "\"}");
                yield started(account, request, in);
            }
            case Logins.Wrong() -> wrongPassword();
            case Logins.Later(Duration pause) -> later(pause);
        };
    }

    /// The answer with the cookie of a new session of the account.
    public Response started(Account account, Request request, Response response) {
        String agent = request.headers().firstOr("User-Agent", "");
        String key = sessions.start(account, request.remoteAddress(), agent);
        return response.header(
                "Set-Cookie",
                Cookies.write(config, cookiePath, key, config.lifetime().toSeconds()));
    }

    /// Ends the request's session and takes the cookie away.
    public Response logout(Request request, String loginUrl) {
        String cookie = Cookies.read(request, config.cookieName());
        if (cookie != null) {
            sessions.end(cookie);
        }
        return Response.of(302)
                .header("Location", loginUrl)
                .header("Set-Cookie", Cookies.write(config, cookiePath, "", 0));
    }

    /// The key of the session that the request came with.
    public @Nullable String sessionKey(Request request) {
        return Cookies.read(request, config.cookieName());
    }

    private static Response wrongPassword() {
        return refusal(401, "Invalid username or password", "password-auth.failed");
    }

    private static Response later(Duration wait) {
        long seconds = Math.max(1, (wait.toMillis() + 999) / 1000);
        return refusal(429, "Too many failed logins, try again in " + seconds + " s", "password-auth.blocked")
                .header("Retry-After", Long.toString(seconds));
    }

    private static Response refusal(int status, String message, String id) {
        return Response.json(
                status, "{\"message\":\"" + message + "\",\"messageId\":\"" + id + "\",\"statusCode\":" + status + "}");
    }
}
