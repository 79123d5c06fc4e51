package sigyn.server.dashboards.api;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import sigyn.server.auth.Account;
import sigyn.server.auth.Accounts;
import sigyn.server.auth.Audit;
import sigyn.server.auth.Caller;
import sigyn.server.auth.Role;
import sigyn.server.auth.Tokens;
import sigyn.server.dashboards.source.ReadPolicy;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import tools.jackson.databind.node.ObjectNode;

/// Accounts of programs and their tokens. For admins only.
public final class ServiceAccountApi {
    private static final long LONGEST_SECONDS = Duration.ofDays(36_500).toSeconds();

    private final Accounts accounts;
    private final Tokens tokens;
    private final Audit audit;
    private final Clock clock;

    public ServiceAccountApi(Accounts accounts, Tokens tokens, Audit audit, Clock clock) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.audit = audit;
        this.clock = clock;
    }

    public void routes(Router router) {
        router.route("POST", "/api/serviceaccounts", this::create)
                .get("/api/serviceaccounts/search", this::search)
                .get("/api/serviceaccounts/{id}", this::read)
                .route("PATCH", "/api/serviceaccounts/{id}", this::change)
                .route("DELETE", "/api/serviceaccounts/{id}", this::delete)
                .get("/api/serviceaccounts/{id}/tokens", this::tokens)
                .route("POST", "/api/serviceaccounts/{id}/tokens", this::makeToken)
                .route("DELETE", "/api/serviceaccounts/{id}/tokens/{token}", this::deleteToken);
    }

    private Account found(Request request) {
        return accounts.byId(number(request, "id"))
                .filter(a -> a.kind() == Account.Kind.SERVICE)
                .orElseThrow(() -> Refusal.notFound("service account not found"));
    }

    private static long number(Request request, String name) {
        try {
            return Long.parseLong(request.pathParam(name));
        } catch (NumberFormatException e) {
            throw Refusal.badRequest(name + " is invalid");
        }
    }

    private ObjectNode view(Account account) {
        return Json.object()
                .put("id", account.id())
                .put("uid", account.uid())
                .put("name", account.name())
                .put("login", account.login())
                .put("orgId", 1)
                .put("isDisabled", account.disabled())
                .put("role", account.role().title())
                .put("policy", account.policy())
                .put("tokens", tokens.of(account.id()).size())
                .put("avatarUrl", "");
    }

    private Response create(Request request) throws IOException {
        var caller = Access.require(request, Role.ADMIN);
        var body = Json.body(request);
        var role = body.has("role") ? UserApi.role(Json.text(body, "role")) : Role.VIEWER;
        String policy = Json.text(body, "policy").strip();
        ReadPolicy.check(policy);
        var made = accounts.createServiceAccount(Json.text(body, "name"), role);
        if (Json.flag(body, "isDisabled", false)) {
            accounts.setDisabled(made.id(), true);
        }
        accounts.setPolicy(made.id(), policy);
        log(request, caller, "serviceaccount.create", made.login());
        return Json.response(201, view(accounts.byId(made.id()).orElseThrow()));
    }

    private void log(Request request, Caller caller, String action, String subject) {
        audit.record(caller.login(), request.remoteAddress(), action, subject, "ok");
    }

    private Response search(Request request) {
        Access.require(request, Role.ADMIN);
        String query = request.query().firstOr("query", "").toLowerCase(Locale.ROOT);
        var answer = Json.object();
        var list = answer.putArray("serviceAccounts");
        for (var account : accounts.all(Account.Kind.SERVICE)) {
            if (account.name().toLowerCase(Locale.ROOT).contains(query)) {
                list.add(view(account));
            }
        }
        return Json.ok(answer.put("totalCount", list.size()).put("page", 1).put("perPage", 1000));
    }

    private Response read(Request request) {
        Access.require(request, Role.ADMIN);
        return Json.ok(view(found(request)));
    }

    private Response change(Request request) throws IOException {
        var caller = Access.require(request, Role.ADMIN);
        var account = found(request);
        var body = Json.body(request);
        if (body.has("policy")) {
            ReadPolicy.check(Json.text(body, "policy"));
            accounts.setPolicy(account.id(), Json.text(body, "policy").strip());
        }
        if (body.has("name")) {
            accounts.rename(account.id(), account.login(), account.email(), Json.text(body, "name"));
        }
        if (body.has("role")) {
            accounts.setRole(account.id(), UserApi.role(Json.text(body, "role")));
        }
        if (body.has("isDisabled")) {
            accounts.setDisabled(account.id(), Json.flag(body, "isDisabled", false));
        }
        log(request, caller, "serviceaccount.change", account.login());
        var answer = Json.object();
        answer.put("id", account.id());
        answer.put("message", "Service account updated");
        answer.put("name", Json.text(body, "name", account.name()));
        answer.set("serviceaccount", view(found(request)));
        return Json.ok(answer);
    }

    private Response delete(Request request) {
        var caller = Access.require(request, Role.ADMIN);
        var account = found(request);
        accounts.delete(account.id());
        log(request, caller, "serviceaccount.delete", account.login());
        return Json.message("Service account deleted");
    }

    private Response tokens(Request request) {
        Access.require(request, Role.ADMIN);
        long now = clock.millis();
        var list = Json.array();
        for (var token : tokens.of(found(request).id())) {
            var item = list.addObject();
            item.put("id", token.id());
            item.put("name", token.name());
            item.put("created", Times.iso(token.created()));
            Long used = token.used();
            if (used != null) {
                item.put("lastUsedAt", Times.iso(used));
            }
            Long expires = token.expires();
            item.putNull("expiration");
            if (expires != null) {
                item.put("expiration", Times.iso(expires));
                item.put("secondsUntilExpiration", Math.max(0, (expires - now) / 1000));
            }
            item.put("hasExpired", token.expired(now));
            item.put("isRevoked", false);
        }
        return Json.ok(list);
    }

    private Response makeToken(Request request) throws IOException {
        var caller = Access.require(request, Role.ADMIN);
        var account = found(request);
        var body = Json.body(request);
        long seconds = Json.number(body, "secondsToLive", 0);
        if (seconds < 0 || seconds > LONGEST_SECONDS) {
            throw Refusal.badRequest("secondsToLive must be 0 or more");
        }
        var made = tokens.make(account.id(), Json.text(body, "name"), Duration.ofSeconds(seconds));
        log(
                request,
                caller,
                "token.create",
                account.login() + "/" + made.token().name());
        return Json.ok(Json.object()
                .put("id", made.token().id())
                .put("name", made.token().name())
                .put("key", made.key()));
    }

    private Response deleteToken(Request request) {
        var caller = Access.require(request, Role.ADMIN);
        var account = found(request);
        if (!tokens.delete(account.id(), number(request, "token"))) {
            throw Refusal.notFound("service account token not found");
        }
        log(request, caller, "token.delete", account.login());
        return Json.message("Service account token deleted");
    }
}
