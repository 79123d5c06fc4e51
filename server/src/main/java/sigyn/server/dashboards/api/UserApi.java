package sigyn.server.dashboards.api;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import sigyn.server.auth.Account;
import sigyn.server.auth.Accounts;
import sigyn.server.auth.Audit;
import sigyn.server.auth.Caller;
import sigyn.server.auth.Role;
import sigyn.server.auth.RolePolicies;
import sigyn.server.auth.Sessions;
import sigyn.server.dashboards.source.ReadPolicy;
import sigyn.server.dashboards.store.Preferences;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import tools.jackson.databind.node.ObjectNode;

/// The caller's own account, the organisation, and the users that admins look after.
public final class UserApi {
    private final Accounts accounts;
    private final Sessions sessions;
    private final Preferences preferences;
    private final RolePolicies policies;
    private final Audit audit;
    private final String defaultTheme;

    public UserApi(
            Accounts accounts,
            Sessions sessions,
            Preferences preferences,
            RolePolicies policies,
            Audit audit,
            String defaultTheme) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.preferences = preferences;
        this.policies = policies;
        this.audit = audit;
        this.defaultTheme = defaultTheme;
    }

    public void routes(Router router) {
        router.get("/api/user", this::me)
                .route("PUT", "/api/user", this::changeMe)
                .route("PUT", "/api/user/password", this::changeMyPassword)
                .get("/api/user/preferences", this::myPreferences)
                .route("PUT,PATCH", "/api/user/preferences", this::setMyPreferences)
                .get("/api/user/orgs", UserApi::orgs)
                .get("/api/user/teams", UserApi::none)
                .get("/api/user/auth-tokens", this::mySessions)
                .route("POST", "/api/user/revoke-auth-token", this::endMySession)
                .route("POST", "/api/user/using/1", UserApi::organisationChosen)
                .route("POST", "/api/user/stars/dashboard/uid/{uid}", this::star)
                .route("DELETE", "/api/user/stars/dashboard/uid/{uid}", this::unstar)
                .get("/api/user/stars", this::stars)
                .get("/api/org", UserApi::org)
                .get("/api/orgs", UserApi::orgs)
                .get("/api/orgs/{id}", UserApi::org)
                .get("/api/org/users", this::orgUsers)
                .get("/api/org/users/lookup", this::orgUsers)
                .route("PATCH", "/api/org/users/{id}", this::changeRole)
                .get("/api/org/preferences", this::orgPreferences)
                .route("PUT,PATCH", "/api/org/preferences", this::setOrgPreferences)
                .get("/api/users", this::users)
                .get("/api/users/search", this::searchUsers)
                .get("/api/users/lookup", this::lookup)
                .get("/api/users/{id}", this::user)
                .route("PUT", "/api/users/{id}", this::changeUser)
                .get("/api/users/{id}/orgs", UserApi::orgs)
                .route("POST", "/api/admin/users", this::create)
                .route("DELETE", "/api/admin/users/{id}", this::delete)
                .route("PUT", "/api/admin/users/{id}/password", this::setPassword)
                .route("PUT", "/api/admin/users/{id}/permissions", this::setServerAdmin)
                .route("POST", "/api/admin/users/{id}/disable", request -> disable(request, true))
                .route("POST", "/api/admin/users/{id}/enable", request -> disable(request, false))
                .route("PUT", "/api/ui/users/{id}/policy", this::setPolicy)
                .get("/api/ui/policies", this::rolePolicies)
                .route("PUT", "/api/ui/policies/{role}", this::setRolePolicy);
    }

    private Response me(Request request) {
        var caller = Access.caller(request);
        var json = Views.user(caller.account());
        json.put("theme", Json.text(preferences.effective(caller.account().id()), "theme", defaultTheme));
        json.put("orgRole", caller.role().title());
        json.put("isAnonymous", caller.anonymous());
        return Json.ok(json);
    }

    private Response changeMe(Request request) throws IOException {
        var account = Access.requireAccount(request).account();
        var body = Json.body(request);
        accounts.rename(
                account.id(),
                Json.text(body, "login", account.login()),
                Json.text(body, "email", account.email()),
                Json.text(body, "name", account.name()));
        return Json.message("User updated");
    }

    private Response changeMyPassword(Request request) throws IOException {
        var account = Access.requireAccount(request).account();
        var body = Json.body(request);
        if (!accounts.passwordIs(account.id(), Json.text(body, "oldPassword"))) {
            throw new Refusal(401, "invalid old password");
        }
        accounts.setPassword(account.id(), Json.text(body, "newPassword"));
        audit.record(account.login(), request.remoteAddress(), "password.change", account.login(), "ok");
        return Json.message("User password changed");
    }

    private Response myPreferences(Request request) {
        var caller = Access.caller(request);
        return Json.ok(preferences.of(caller.account().id()));
    }

    private Response setMyPreferences(Request request) throws IOException {
        var caller = Access.requireAccount(request);
        preferences.set(
                caller.account().id(), Json.body(request), request.method().equals("PATCH"));
        return Json.message("Preferences updated");
    }

    private Response mySessions(Request request) {
        var caller = Access.requireAccount(request);
        var list = Json.array();
        for (var session : sessions.of(caller.account().id())) {
            list.addObject()
                    .put("id", session.id())
                    .put("clientIp", session.address())
                    .put("browser", session.agent())
                    .put("createdAt", Times.iso(session.created()))
                    .put("seenAt", Times.iso(session.seen()));
        }
        return Json.ok(list);
    }

    private Response endMySession(Request request) throws IOException {
        var caller = Access.requireAccount(request);
        long id = Json.number(Json.body(request), "authTokenId", 0);
        if (!sessions.end(caller.account().id(), id)) {
            throw Refusal.notFound("session not found");
        }
        return Json.message("User auth token revoked");
    }

    private Response star(Request request) {
        var caller = Access.requireAccount(request);
        preferences.star(caller.account().id(), request.pathParam("uid"));
        return Json.message("Dashboard starred!");
    }

    private Response unstar(Request request) {
        var caller = Access.requireAccount(request);
        preferences.unstar(caller.account().id(), request.pathParam("uid"));
        return Json.message("Dashboard unstarred");
    }

    private Response stars(Request request) {
        return Json.ok(
                Json.strings(preferences.stars(Access.caller(request).account().id())));
    }

    private static Response organisationChosen(Request request) {
        Access.caller(request);
        return Json.message("Active organization changed");
    }

    private static Response none(Request request) {
        Access.caller(request);
        return Json.ok(Json.array());
    }

    private static ObjectNode organisation() {
        var org = Json.object().put("id", 1).put("name", "Main Org.");
        var address = org.putObject("address");
        List.of("address1", "address2", "city", "zipCode", "state", "country").forEach(key -> address.put(key, ""));
        return org;
    }

    private static Response org(Request request) {
        Access.require(request, Role.VIEWER);
        return Json.ok(organisation());
    }

    private static Response orgs(Request request) {
        var caller = Access.require(request, Role.VIEWER);
        var list = Json.array();
        list.addObject()
                .put("id", 1)
                .put("orgId", 1)
                .put("name", "Main Org.")
                .put("role", caller.role().title());
        return Json.ok(list);
    }

    private Response orgUsers(Request request) {
        Access.require(request, Role.ADMIN);
        var list = Json.array();
        for (var account : accounts.all(Account.Kind.USER)) {
            var json = list.addObject();
            json.put("orgId", 1);
            json.put("userId", account.id());
            json.put("uid", account.uid());
            json.put("email", account.email());
            json.put("name", account.name());
            json.put("login", account.login());
            json.put("role", account.role().title());
            json.put("policy", account.policy());
            json.put("isDisabled", account.disabled());
            json.put("lastSeenAt", Times.iso(account.seen()));
        }
        return Json.ok(list);
    }

    private Response changeRole(Request request) throws IOException {
        var caller = Access.require(request, Role.ADMIN);
        var account = account(request);
        var role = role(Json.text(Json.body(request), "role"));
        accounts.setRole(account.id(), role);
        audit.record(caller.login(), request.remoteAddress(), "user.role", account.login(), role.title());
        return Json.message("Organization user updated");
    }

    static Role role(String title) {
        return Role.named(title).orElseThrow(() -> Refusal.badRequest("role must be Viewer, Editor or Admin"));
    }

    private Response orgPreferences(Request request) {
        Access.require(request, Role.VIEWER);
        return Json.ok(preferences.ofAll());
    }

    private Response setOrgPreferences(Request request) throws IOException {
        Access.require(request, Role.ADMIN);
        preferences.setAll(Json.body(request), request.method().equals("PATCH"));
        return Json.message("Preferences updated");
    }

    private Account account(Request request) {
        try {
            return accounts.byId(Long.parseLong(request.pathParam("id")))
                    .filter(a -> a.kind() == Account.Kind.USER)
                    .orElseThrow(() -> Refusal.notFound("user not found"));
        } catch (NumberFormatException e) {
            throw Refusal.badRequest("id is invalid");
        }
    }

    private static ObjectNode listed(Account account) {
        var json = Views.user(account);
        json.put("isAdmin", account.serverAdmin());
        json.put("role", account.role().title());
        json.put("policy", account.policy());
        return json;
    }

    private Response users(Request request) {
        Access.requireServerAdmin(request);
        var list = Json.array();
        accounts.all(Account.Kind.USER).forEach(a -> list.add(listed(a)));
        return Json.ok(list);
    }

    private Response searchUsers(Request request) {
        Access.requireServerAdmin(request);
        String query = request.query().firstOr("query", "").toLowerCase(Locale.ROOT);
        var answer = Json.object();
        var list = answer.putArray("users");
        for (var account : accounts.all(Account.Kind.USER)) {
            String all = account.login() + " " + account.email() + " " + account.name();
            if (all.toLowerCase(Locale.ROOT).contains(query)) {
                list.add(listed(account));
            }
        }
        return Json.ok(answer.put("totalCount", list.size()).put("page", 1).put("perPage", 1000));
    }

    private Response lookup(Request request) {
        Access.requireServerAdmin(request);
        return Json.ok(listed(accounts.byName(request.query().firstOr("loginOrEmail", ""))
                .filter(a -> a.kind() == Account.Kind.USER)
                .orElseThrow(() -> Refusal.notFound("user not found"))));
    }

    private Response user(Request request) {
        Access.requireServerAdmin(request);
        return Json.ok(listed(account(request)));
    }

    private Response changeUser(Request request) throws IOException {
        Access.requireServerAdmin(request);
        var account = account(request);
        var body = Json.body(request);
        accounts.rename(
                account.id(),
                Json.text(body, "login", account.login()),
                Json.text(body, "email", account.email()),
                Json.text(body, "name", account.name()));
        return Json.message("User updated");
    }

    private Response create(Request request) throws IOException {
        var caller = Access.requireServerAdmin(request);
        var body = Json.body(request);
        String login = Json.text(body, "login", Json.text(body, "email"));
        var made = accounts.createUser(
                login,
                Json.text(body, "email"),
                Json.text(body, "name"),
                Json.text(body, "password"),
                body.has("role") ? role(Json.text(body, "role")) : Role.VIEWER,
                false);
        audit.record(caller.login(), request.remoteAddress(), "user.create", login, "ok");
        return Json.ok(Json.object().put("id", made.id()).put("uid", made.uid()).put("message", "User created"));
    }

    private Response delete(Request request) {
        var caller = Access.requireServerAdmin(request);
        var account = account(request);
        accounts.delete(account.id());
        audit.record(caller.login(), request.remoteAddress(), "user.delete", account.login(), "ok");
        return Json.message("User deleted");
    }

    private Response setPassword(Request request) throws IOException {
        var caller = Access.requireServerAdmin(request);
        var account = account(request);
        accounts.setPassword(account.id(), Json.text(Json.body(request), "password"));
        audit.record(caller.login(), request.remoteAddress(), "user.password", account.login(), "ok");
        return Json.message("User password updated");
    }

    private Response setServerAdmin(Request request) throws IOException {
        var caller = Access.requireServerAdmin(request);
        var account = account(request);
        boolean admin = Json.flag(Json.body(request), "isGrafanaAdmin", false);
        refuseSelf(caller, account, !admin);
        accounts.setServerAdmin(account.id(), admin);
        audit.record(caller.login(), request.remoteAddress(), "user.server-admin", account.login(), "" + admin);
        return Json.message("User permissions updated");
    }

    private Response disable(Request request, boolean disabled) {
        var caller = Access.requireServerAdmin(request);
        var account = account(request);
        refuseSelf(caller, account, disabled);
        accounts.setDisabled(account.id(), disabled);
        audit.record(caller.login(), request.remoteAddress(), "user.disabled", account.login(), "" + disabled);
        return Json.message(disabled ? "User disabled" : "User enabled");
    }

    private static void refuseSelf(Caller caller, Account account, boolean harmful) {
        if (harmful && caller.account().id() == account.id()) {
            throw Refusal.badRequest("you cannot do this to your own account");
        }
    }

    private Response setPolicy(Request request) throws IOException {
        var caller = Access.requireServerAdmin(request);
        var account = account(request);
        String policy = Json.text(Json.body(request), "policy").strip();
        ReadPolicy.check(policy);
        accounts.setPolicy(account.id(), policy);
        audit.record(caller.login(), request.remoteAddress(), "user.policy", account.login(), policy);
        return Json.message("Policy updated");
    }

    private Response rolePolicies(Request request) {
        Access.requireServerAdmin(request);
        var json = Json.object();
        policies.all().forEach((role, policy) -> json.put(role.title(), policy));
        return Json.ok(json);
    }

    private Response setRolePolicy(Request request) throws IOException {
        var caller = Access.requireServerAdmin(request);
        var role = role(request.pathParam("role"));
        String policy = Json.text(Json.body(request), "policy").strip();
        ReadPolicy.check(policy);
        policies.set(role, policy);
        audit.record(caller.login(), request.remoteAddress(), "role.policy", role.title(), policy);
        return Json.message("Policy updated");
    }
}
