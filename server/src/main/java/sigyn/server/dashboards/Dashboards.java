package sigyn.server.dashboards;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import sigyn.model.SigynException;
import sigyn.server.auth.Accounts;
import sigyn.server.auth.Audit;
import sigyn.server.auth.Authentication;
import sigyn.server.auth.Logins;
import sigyn.server.auth.OidcLogin;
import sigyn.server.auth.RolePolicies;
import sigyn.server.auth.SameOrigin;
import sigyn.server.auth.Sessions;
import sigyn.server.auth.Tokens;
import sigyn.server.dashboards.alert.Alerting;
import sigyn.server.dashboards.alert.ContactPoints;
import sigyn.server.dashboards.alert.Targets;
import sigyn.server.dashboards.api.AlertApi;
import sigyn.server.dashboards.api.AlertRuleApi;
import sigyn.server.dashboards.api.AnnotationApi;
import sigyn.server.dashboards.api.CatalogApi;
import sigyn.server.dashboards.api.ContactPointApi;
import sigyn.server.dashboards.api.DashboardApi;
import sigyn.server.dashboards.api.DatasourceApi;
import sigyn.server.dashboards.api.ErrorFilter;
import sigyn.server.dashboards.api.ExportApi;
import sigyn.server.dashboards.api.FolderApi;
import sigyn.server.dashboards.api.QueryTextApi;
import sigyn.server.dashboards.api.SearchApi;
import sigyn.server.dashboards.api.ServiceAccountApi;
import sigyn.server.dashboards.api.SessionApi;
import sigyn.server.dashboards.api.ShortcutApi;
import sigyn.server.dashboards.api.SystemApi;
import sigyn.server.dashboards.api.UserApi;
import sigyn.server.dashboards.provision.Provisioning;
import sigyn.server.dashboards.source.QueryRunner;
import sigyn.server.dashboards.source.SourceProxy;
import sigyn.server.dashboards.store.Annotations;
import sigyn.server.dashboards.store.DashboardStore;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.store.Folders;
import sigyn.server.dashboards.store.LibraryElements;
import sigyn.server.dashboards.store.Preferences;
import sigyn.server.dashboards.store.Shortcuts;
import sigyn.server.dashboards.web.SecurityHeaders;
import sigyn.server.dashboards.web.WebFiles;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Slug;
import sigyn.server.db.Db;
import sigyn.server.http.Handler;
import sigyn.server.http.Router;

/// The dashboards' whole face: HTTP handler, store and provisioning behind one door.
///
/// Opening goes on in the background, for it costs a second of a core in a cold JVM, and begins when the log store is
/// open: until it is done the login page and the interface's files are answered, everything else waits.
public final class Dashboards implements AutoCloseable {
    /// All that is there once it is open.
    private record Opened(
            Handler handler,
            Optional<String> generatedPassword,
            Provisioning provisioning,
            Alerting alerting,
            SourceProxy proxy,
            Db db) {}

    private final CompletableFuture<Opened> opening;
    private final Handler handler;

    private Dashboards(CompletableFuture<Opened> opening, Handler handler) {
        this.opening = opening;
        this.handler = handler;
    }

    /// Opens the store below `config.data()` and reads the provisioned files.
    ///
    /// @param logs the log server's handler once its store is open, which serves data sources that are ourselves
    public static Dashboards open(DashboardsConfig config, CompletableFuture<Handler> logs, Clock clock) {
        var web = new WebFiles(config.basePath(), config.allowEmbedding());
        var opening = new CompletableFuture<Opened>();
        Thread.ofPlatform().name("dashboards-open").start(() -> {
            try {
                opening.complete(open(config, logs.join(), web, clock));
            } catch (RuntimeException | Error e) {
                opening.completeExceptionally(e);
            }
        });
        Handler front = request -> {
            if (!opening.isDone() && request.method().equals("GET")) {
                var early = Pages.beforeOpening(request, web);
                if (early.isPresent()) {
                    return early.get();
                }
            }
            return opened(opening).handler().handle(request);
        };
        Handler handler = front.with(new ErrorFilter())
                .with(new Paths(config.basePath()))
                .with(new ErrorFilter())
                .with(new SecurityHeaders(config.allowEmbedding()));
        return new Dashboards(opening, handler);
    }

    private static Opened opened(CompletableFuture<Opened> opening) {
        try {
            return opening.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SigynException known) {
                throw known;
            }
            throw e;
        }
    }

    private static Opened open(DashboardsConfig config, Handler logs, WebFiles web, Clock clock) {
        var postgres = config.database();
        var db = postgres == null ? Db.open(config.data().resolve("dashboards.db")) : Db.open(postgres);
        try {
            return compose(config, logs, web, clock, db);
        } catch (RuntimeException e) {
            db.close();
            throw e;
        }
    }

    private static Opened compose(DashboardsConfig config, Handler logs, WebFiles web, Clock clock, Db db) {
        var auth = config.auth();
        var accounts = new Accounts(db, clock);
        var logins = new Logins(db, accounts, auth, clock);
        var sessions = new Sessions(db, clock, auth.idleLifetime(), auth.lifetime());
        var tokens = new Tokens(db, clock);
        var audit = new Audit(db, clock);
        var policies = new RolePolicies(db);

        var folders = new Folders(db, clock);
        var dashboards = new DashboardStore(db, clock, config.versionsToKeep());
        var datasources = new Datasources(db, clock);
        var preferences = new Preferences(db);
        var library = new LibraryElements(db, clock);
        var proxy = new SourceProxy(logs, config.logPort(), config.selfAliases(), config.proxyTimeout());
        var queries = new QueryRunner(datasources, proxy, clock);
        var points = new ContactPoints(db, clock);
        var targets = new Targets(config.webhookHosts());
        var alerting = new Alerting(
                db,
                folders,
                queries,
                points,
                targets,
                config.rootUrl().replaceAll("/+$", "") + "/",
                clock,
                config.alertingPoll());
        var provisioning = new Provisioning(
                config.provisioning(),
                Path.of(config.environment().getOrDefault("GF_PATHS_HOME", "")).toAbsolutePath(),
                config.environment(),
                config.pollEvery(),
                datasources,
                folders,
                dashboards,
                alerting,
                points,
                clock);
        provisioning.start();
        if (datasources.all().isEmpty()) {
            datasources.create(ourselves(config.logPort()));
        }

        var authentication = new Authentication(auth, config.basePath(), accounts, logins, sessions, tokens);
        var requests = new LongAdder();
        String base = config.basePath();
        var router = new Router();
        var oidc = auth.oidc();
        new SessionApi(
                        authentication,
                        audit,
                        auth,
                        oidc == null ? null : new OidcLogin(oidc, accounts, db, clock),
                        base)
                .routes(router);
        new SystemApi(facts(config), datasources, preferences, provisioning, audit, () -> answers(db), requests)
                .routes(router);
        new UserApi(
                        accounts,
                        sessions,
                        preferences,
                        policies,
                        audit,
                        config.defaults().theme())
                .routes(router);
        new ServiceAccountApi(accounts, tokens, audit, clock).routes(router);
        new DashboardApi(
                        dashboards,
                        folders,
                        datasources,
                        preferences,
                        library,
                        provisioning,
                        audit,
                        base,
                        config.homeDashboard())
                .routes(router);
        new SearchApi(dashboards, folders, preferences, base).routes(router);
        new FolderApi(folders, dashboards, audit, base).routes(router);
        new DatasourceApi(datasources, proxy, queries, policies, audit).routes(router);
        new ExportApi(datasources, proxy, policies).routes(router);
        new ContactPointApi(points, alerting, targets, policies, audit, clock).routes(router);
        new AlertApi(alerting, datasources, proxy, policies).routes(router);
        new AlertRuleApi(alerting, folders, policies, audit).routes(router);
        new AnnotationApi(new Annotations(db, clock), dashboards, clock).routes(router);
        new QueryTextApi().routes(router);
        new ShortcutApi(new Shortcuts(db, clock), base).routes(router);
        new CatalogApi(accounts, dashboards, folders, datasources, library).routes(router);
        var pages = new Pages(web, base);
        router.get("/login", pages).otherwise(pages);

        Handler handler = router.with(authentication).with(new SameOrigin(auth));
        Handler counted = request -> {
            requests.increment();
            return handler.handle(request);
        };
        var password = logins.ensureAdmin(auth);
        alerting.start();
        return new Opened(counted, password, provisioning, alerting, proxy, db);
    }

    /// The data source that is there when nobody has provisioned or made one.
    private static Datasources.Content ourselves(int logPort) {
        var json = Json.object();
        json.put("access", "proxy");
        json.put("url", "http://localhost:" + logPort);
        json.putObject("jsonData");
        return new Datasources.Content(Slug.datasourceUid("Loki"), "Loki", "loki", json, Map.of(), true, false, false);
    }

    private static SystemApi.Facts facts(DashboardsConfig config) {
        var defaults = config.defaults();
        var oidc = config.auth().oidc();
        String version = Dashboards.class.getPackage().getImplementationVersion();
        return new SystemApi.Facts(
                version == null ? "0.1.0" : version,
                config.basePath(),
                defaults.theme(),
                defaults.language(),
                defaults.minRefresh(),
                defaults.loginHint(),
                defaults.passwordHint(),
                config.auth().form(),
                oidc == null ? "" : oidc.name(),
                config.auth().anonymous().enabled());
    }

    private static boolean answers(Db db) {
        try {
            return db.one("SELECT 1 AS one", row -> row.number("one")).isPresent();
        } catch (SigynException e) {
            return false;
        }
    }

    /// Answers everything under the dashboards' port.
    public Handler handler() {
        return handler;
    }

    /// The admin's password when none was given and this start made the first one up: to be printed once. Waits until
    /// everything is open; throws what kept it from opening.
    public Optional<String> generatedPassword() {
        return opened(opening).generatedPassword();
    }

    @Override
    public void close() {
        Opened all;
        try {
            all = opening.join();
        } catch (CompletionException e) {
            return;
        }
        all.provisioning().close();
        all.alerting().close();
        all.proxy().close();
        all.db().close();
    }
}
