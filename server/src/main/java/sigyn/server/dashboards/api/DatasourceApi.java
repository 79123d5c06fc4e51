package sigyn.server.dashboards.api;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import sigyn.server.auth.Audit;
import sigyn.server.auth.Caller;
import sigyn.server.auth.Role;
import sigyn.server.auth.RolePolicies;
import sigyn.server.auth.Secrets;
import sigyn.server.dashboards.source.NarrowedRequest;
import sigyn.server.dashboards.source.QueryRunner;
import sigyn.server.dashboards.source.ReadPolicy;
import sigyn.server.dashboards.source.SourceProxy;
import sigyn.server.dashboards.store.Datasource;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Headers;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import tools.jackson.databind.node.ObjectNode;

/// Data sources, their health, and requests passed on to them.
public final class DatasourceApi {
    private final Datasources datasources;
    private final SourceProxy proxy;
    private final QueryRunner queries;
    private final RolePolicies policies;
    private final Audit audit;

    public DatasourceApi(
            Datasources datasources, SourceProxy proxy, QueryRunner queries, RolePolicies policies, Audit audit) {
        this.datasources = datasources;
        this.proxy = proxy;
        this.queries = queries;
        this.policies = policies;
        this.audit = audit;
    }

    public void routes(Router router) {
        router.get("/api/datasources", this::list)
                .route("POST", "/api/datasources", this::create)
                .get("/api/datasources/uid/{uid}", this::byUid)
                .route("PUT", "/api/datasources/uid/{uid}", this::update)
                .route("DELETE", "/api/datasources/uid/{uid}", this::delete)
                .get("/api/datasources/uid/{uid}/health", this::health)
                .get("/api/datasources/uid/{uid}/resources/{path...}", this::resources)
                .get("/api/datasources/name/{name}", this::byName)
                .route("DELETE", "/api/datasources/name/{name}", this::deleteByName)
                .get("/api/datasources/id/{name}", this::idOfName)
                .route("GET,POST,DELETE", "/api/datasources/proxy/uid/{uid}/{path...}", this::proxyByUid)
                .route("GET,POST,DELETE", "/api/datasources/proxy/{id}/{path...}", this::proxyById)
                .route("POST", "/api/ds/query", this::query)
                .get("/api/datasources/{id}", this::byId)
                .get("/api/datasources/{id}/health", this::healthById);
    }

    private Datasource uid(Request request) {
        return datasources.byUid(request.pathParam("uid")).orElseThrow(() -> Refusal.notFound("Data source not found"));
    }

    private Datasource id(Request request) {
        try {
            return datasources
                    .byId(Long.parseLong(request.pathParam("id")))
                    .orElseThrow(() -> Refusal.notFound("Data source not found"));
        } catch (NumberFormatException e) {
            throw Refusal.badRequest("id is invalid");
        }
    }

    private Datasource name(Request request) {
        return datasources
                .byName(request.pathParam("name"))
                .orElseThrow(() -> Refusal.notFound("Data source not found"));
    }

    private Response list(Request request) {
        Access.require(request, Role.VIEWER);
        var list = Json.array();
        datasources.all().forEach(d -> list.add(Views.datasource(d)));
        return Json.ok(list);
    }

    private Response byUid(Request request) {
        Access.require(request, Role.VIEWER);
        return Json.ok(Views.datasource(uid(request)));
    }

    private Response byName(Request request) {
        Access.require(request, Role.VIEWER);
        return Json.ok(Views.datasource(name(request)));
    }

    private Response byId(Request request) {
        Access.require(request, Role.VIEWER);
        return Json.ok(Views.datasource(id(request)));
    }

    private Response idOfName(Request request) {
        Access.require(request, Role.VIEWER);
        return Json.ok(Json.object().put("id", name(request).id()));
    }

    private Response create(Request request) throws IOException {
        var caller = Access.require(request, Role.ADMIN);
        var body = Json.body(request);
        String uid = Json.text(body, "uid");
        var made = datasources.create(content(body, uid.isEmpty() ? Secrets.uid() : uid, Map.of()));
        audit.record(caller.login(), request.remoteAddress(), "datasource.create", made.name(), "ok");
        return written(made, "Datasource added");
    }

    private Response update(Request request) throws IOException {
        var caller = Access.require(request, Role.ADMIN);
        var old = writable(uid(request));
        var body = Json.body(request);
        if (body.has("version") && Json.number(body, "version", 0) != old.version()) {
            throw Refusal.conflict("Datasource has already been updated by someone else. Please reload and try again");
        }
        String uid = Json.text(body, "uid", old.uid());
        var changed = datasources.replace(old, content(body, uid, old.secrets()));
        audit.record(caller.login(), request.remoteAddress(), "datasource.update", changed.name(), "ok");
        return written(changed, "Datasource updated");
    }

    private static Datasource writable(Datasource datasource) {
        if (datasource.readOnly()) {
            throw new Refusal(403, "Cannot change read-only data source");
        }
        return datasource;
    }

    private static Response written(Datasource datasource, String message) {
        var answer = Json.object();
        answer.set("datasource", Views.datasource(datasource));
        answer.put("id", datasource.id());
        answer.put("message", message);
        answer.put("name", datasource.name());
        return Json.ok(answer);
    }

    /// Secrets that the body does not name stay.
    private static Datasources.Content content(ObjectNode body, String uid, Map<String, String> oldSecrets) {
        var json = Json.object();
        json.put("access", "proxy");
        for (String key : new String[] {"url", "user", "database", "basicAuthUser"}) {
            json.put(key, Json.text(body, key).strip());
        }
        json.put("basicAuth", Json.flag(body, "basicAuth", false));
        json.put("withCredentials", Json.flag(body, "withCredentials", false));
        var jsonData = Json.object(body, "jsonData");
        json.set("jsonData", jsonData == null ? Json.object() : jsonData);
        var secrets = new HashMap<>(oldSecrets);
        var secure = Json.object(body, "secureJsonData");
        if (secure != null) {
            for (var field : secure.properties()) {
                secrets.put(field.getKey(), field.getValue().asString(""));
            }
        }
        return new Datasources.Content(
                uid,
                Json.text(body, "name").strip(),
                Json.text(body, "type").strip(),
                json,
                secrets,
                Json.flag(body, "isDefault", false),
                false,
                false);
    }

    private Response delete(Request request) {
        return delete(request, uid(request));
    }

    private Response deleteByName(Request request) {
        return delete(request, name(request));
    }

    private Response delete(Request request, Datasource datasource) {
        var caller = Access.require(request, Role.ADMIN);
        datasources.delete(writable(datasource));
        audit.record(caller.login(), request.remoteAddress(), "datasource.delete", datasource.name(), "ok");
        return Json.ok(Json.object().put("message", "Data source deleted").put("id", datasource.id()));
    }

    private Response health(Request request) throws Exception {
        return health(request, uid(request));
    }

    private Response healthById(Request request) throws Exception {
        return health(request, id(request));
    }

    /// Asks the source to add one and one, as Grafana's "Save & test" does.
    private Response health(Request request, Datasource datasource) throws Exception {
        Access.require(request, Role.VIEWER);
        if (!datasource.loki()) {
            return unwell("data source type " + datasource.type() + " has no health check here");
        }
        SourceProxy.Answer answer;
        try {
            answer = proxy.get(
                    datasource,
                    "loki/api/v1/query",
                    "query=vector(1)%2Bvector(1)&time=4000000000&direction=backward",
                    new Headers());
        } catch (Refusal e) {
            return unwell(String.valueOf(e.getMessage()));
        }
        if (answer.status() != 200) {
            return unwell("data source answered " + answer.status() + ": "
                    + answer.text().strip());
        }
        try {
            var result = Json.parse(answer.body()).path("data").path("result");
            if (result.size() == 1
                    && result.get(0).path("value").path(1).asString("").equals("2")) {
                return Json.ok(Json.object().put("status", "OK").put("message", "Data source successfully connected."));
            }
        } catch (Json.SyntaxException e) {
            return unwell("data source answered something that is no JSON");
        }
        return unwell("data source cannot add one and one: " + answer.text().strip());
    }

    private static Response unwell(String message) {
        return Json.response(400, Json.object().put("status", "ERROR").put("message", message));
    }

    private Response resources(Request request) throws Exception {
        Caller caller = Access.require(request, Role.VIEWER);
        return passOn(request, caller, uid(request), "loki/api/v1/" + rawRest(request, 6));
    }

    private Response query(Request request) throws Exception {
        Caller caller = Access.require(request, Role.VIEWER);
        var outcome = queries.run(Json.body(request), ReadPolicy.of(policies.of(caller)));
        return Json.response(outcome.status(), outcome.body());
    }

    private Response proxyByUid(Request request) throws Exception {
        return proxied(request, uid(request), rawRest(request, 6));
    }

    private Response proxyById(Request request) throws Exception {
        return proxied(request, id(request), rawRest(request, 5));
    }

    private Response proxied(Request request, Datasource datasource, String path) throws Exception {
        Caller caller = Access.require(request, Role.VIEWER);
        SourcePaths.refuseWrites(request.method(), path, caller.role());
        return passOn(request, caller, datasource, path);
    }

    private Response passOn(Request request, Caller caller, Datasource datasource, String path) throws Exception {
        var policy = ReadPolicy.of(policies.of(caller));
        if (policy.isEmpty()) {
            return proxy.forward(datasource, request, path, request.rawQuery());
        }
        if (!datasource.loki()) {
            throw new Refusal(403, "a read policy applies to you: only Loki data sources can be narrowed to it");
        }
        var narrowed = NarrowedRequest.of(request, path, policy.get());
        return proxy.forward(datasource, narrowed.request(), path, narrowed.rawQuery());
    }

    /// What stands after so many slashes of the path as it was sent.
    private static String rawRest(Request request, int slashes) {
        int at = 0;
        for (int i = 0; i < slashes; i++) {
            at = request.rawPath().indexOf('/', at) + 1;
        }
        return request.rawPath().substring(at);
    }
}
