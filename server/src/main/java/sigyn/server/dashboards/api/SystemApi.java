package sigyn.server.dashboards.api;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import sigyn.server.auth.Audit;
import sigyn.server.auth.Role;
import sigyn.server.dashboards.provision.FileStatus;
import sigyn.server.dashboards.provision.Provisioning;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.store.Preferences;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import tools.jackson.databind.node.ObjectNode;

/// How we are, what the interface has to know before it starts, what came of the provisioned files.
public final class SystemApi {
    /// What the interface is told as it starts.
    public record Facts(
            String version,
            String basePath,
            String theme,
            String language,
            String minRefresh,
            String loginHint,
            String passwordHint,
            boolean loginForm,
            String loginElsewhere,
            boolean anonymous) {}

    private final Facts facts;
    private final Datasources datasources;
    private final Preferences preferences;
    private final Provisioning provisioning;
    private final Audit audit;
    private final BooleanSupplier databaseWell;
    private final LongAdder requests;

    public SystemApi(
            Facts facts,
            Datasources datasources,
            Preferences preferences,
            Provisioning provisioning,
            Audit audit,
            BooleanSupplier databaseWell,
            LongAdder requests) {
        this.facts = facts;
        this.datasources = datasources;
        this.preferences = preferences;
        this.provisioning = provisioning;
        this.audit = audit;
        this.databaseWell = databaseWell;
        this.requests = requests;
    }

    public void routes(Router router) {
        router.get("/api/health", this::health)
                .get("/healthz", _ -> Response.text(200, "Ok"))
                .get("/metrics", this::metrics)
                .get("/api/frontend/settings", this::settings)
                .get("/api/ui/provisioning", this::provisioning)
                .get("/api/ui/audit", this::audit)
                .route("POST", "/api/admin/provisioning/dashboards/reload", r -> reload(r, "Dashboards"))
                .route("POST", "/api/admin/provisioning/datasources/reload", r -> reload(r, "Datasources"))
                .route("POST", "/api/admin/provisioning/plugins/reload", r -> reload(r, "Plugins"))
                .route("POST", "/api/admin/provisioning/alerting/reload", r -> reload(r, "Alerting"))
                .route("POST", "/api/admin/provisioning/access-control/reload", r -> reload(r, "Accesscontrol"));
    }

    private Response health(Request request) {
        boolean well = databaseWell.getAsBoolean();
        var json = Json.object();
        json.put("database", well ? "ok" : "failing");
        json.put("version", facts.version());
        json.put("commit", "");
        long failed = provisioning.statuses().stream()
                .filter(s -> s.state() == FileStatus.State.FAILED || s.state() == FileStatus.State.CONFLICT)
                .count();
        json.putObject("provisioning")
                .put("files", provisioning.statuses().size())
                .put("failed", failed);
        return Json.response(well ? 200 : 503, json);
    }

    private Response metrics(Request request) {
        String text = """
                # HELP grafana_build_info The version that runs.
                # TYPE grafana_build_info gauge
                grafana_build_info{version="%s",edition="sigyn"} 1
                # HELP sigyn_dashboards_requests_total Requests that were answered.
                # TYPE sigyn_dashboards_requests_total counter
                sigyn_dashboards_requests_total %d
                # HELP sigyn_dashboards_provisioned_files Provisioned files by what came of them.
                # TYPE sigyn_dashboards_provisioned_files gauge
                """.formatted(facts.version(), requests.sum());
        var out = new StringBuilder(text);
        for (var state : FileStatus.State.values()) {
            long count = provisioning.statuses().stream()
                    .filter(s -> s.state() == state)
                    .count();
            out.append("sigyn_dashboards_provisioned_files{state=\"")
                    .append(state.name().toLowerCase(Locale.ROOT))
                    .append("\"} ")
                    .append(count)
                    .append('\n');
        }
        return Response.of(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                out.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /// Answers also people who are not logged in: the login page needs it. They see no data sources.
    private Response settings(Request request) {
        var caller = Access.callerOrNull(request);
        var json = Json.object();
        json.putObject("buildInfo")
                .put("version", facts.version())
                .put("edition", "Sigyn")
                .put("env", "production");
        json.put("appSubUrl", facts.basePath());
        json.put("minRefreshInterval", facts.minRefresh());
        json.put("loginHint", facts.loginHint());
        json.put("passwordHint", facts.passwordHint());
        json.put("disableLoginForm", !facts.loginForm());
        if (!facts.loginElsewhere().isEmpty()) {
            json.putObject("oauth").putObject("generic_oauth").put("name", facts.loginElsewhere());
        }
        json.put("anonymousEnabled", facts.anonymous());
        json.put("language", facts.language());
        json.putObject("featureToggles");
        var known = json.putObject("datasources");
        json.put("defaultDatasource", "");
        var boot = json.putObject("user");
        boot.put("isSignedIn", caller != null && !caller.anonymous());
        boot.put("theme", facts.theme());
        if (caller == null) {
            return Json.ok(json);
        }
        if (caller.may(Role.VIEWER)) {
            for (var datasource : datasources.all()) {
                var one = known.putObject(datasource.name());
                one.put("id", datasource.id());
                one.put("uid", datasource.uid());
                one.put("name", datasource.name());
                one.put("type", datasource.type());
                one.put("isDefault", datasource.isDefault());
                one.put("url", facts.basePath() + "/api/datasources/proxy/uid/" + datasource.uid());
                one.set("jsonData", Json.objectAt(datasource.json(), "jsonData"));
            }
            datasources.standard().ifPresent(d -> json.put("defaultDatasource", d.name()));
        }
        user(boot, caller);
        return Json.ok(json);
    }

    private void user(ObjectNode boot, sigyn.server.auth.Caller caller) {
        var account = caller.account();
        boot.put("id", account.id());
        boot.put("uid", account.uid());
        boot.put("login", account.login());
        boot.put("email", account.email());
        boot.put("name", account.name());
        boot.put("orgId", 1);
        boot.put("orgName", "Main Org.");
        boot.put("orgRole", caller.role().title());
        boot.put("isGrafanaAdmin", account.serverAdmin());
        var mine = preferences.effective(account.id());
        boot.put("theme", Json.text(mine, "theme", facts.theme()));
        boot.put("timezone", Json.text(mine, "timezone", "browser"));
        boot.put("weekStart", Json.text(mine, "weekStart"));
        boot.put("language", Json.text(mine, "language", facts.language()));
    }

    private Response provisioning(Request request) {
        Access.require(request, Role.EDITOR);
        var answer = Json.object();
        var files = answer.putArray("files");
        for (var status : provisioning.statuses()) {
            var file = files.addObject();
            file.put("kind", status.kind().name().toLowerCase(Locale.ROOT));
            file.put("path", status.path());
            file.put("provider", status.provider());
            file.put("state", status.state().name().toLowerCase(Locale.ROOT));
            file.put("message", status.message());
            file.put("line", status.line());
            file.put("column", status.column());
            file.put("uid", status.uid());
            file.put("title", status.title());
            file.set("notes", Json.strings(status.notes()));
            file.put("at", Times.iso(status.at()));
        }
        var providers = answer.putArray("providers");
        for (var provider : provisioning.providers()) {
            providers
                    .addObject()
                    .put("name", provider.name())
                    .put("path", provider.path().toString())
                    .put("folder", provider.folder())
                    .put("allowUiUpdates", provider.allowUiUpdates())
                    .put("writeBack", provider.writeBack())
                    .put("disableDeletion", provider.disableDeletion());
        }
        return Json.ok(answer);
    }

    private Response audit(Request request) {
        Access.requireServerAdmin(request);
        long before = Json.number(Json.object().put("v", request.query().firstOr("before", "")), "v", Long.MAX_VALUE);
        var list = Json.array();
        for (var entry : audit.before(before, 200)) {
            list.addObject()
                    .put("id", entry.id())
                    .put("at", Times.iso(entry.at()))
                    .put("login", entry.login())
                    .put("address", entry.address())
                    .put("action", entry.action())
                    .put("subject", entry.subject())
                    .put("outcome", entry.outcome());
        }
        return Json.ok(list);
    }

    private Response reload(Request request, String what) {
        var caller = Access.requireServerAdmin(request);
        provisioning.refresh();
        audit.record(caller.login(), request.remoteAddress(), "provisioning.reload", what, "ok");
        return Json.message(what + " config reloaded");
    }
}
