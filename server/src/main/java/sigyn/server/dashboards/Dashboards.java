package sigyn.server.dashboards;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import sigyn.model.SigynException;
import sigyn.server.auth.Accounts;
import sigyn.server.auth.Audit;
import sigyn.server.auth.Authentication;
import sigyn.server.auth.Logins;
import sigyn.server.auth.SameOrigin;
import sigyn.server.auth.Sessions;
import sigyn.server.auth.Tokens;
import sigyn.server.dashboards.api.DashboardApi;
import sigyn.server.dashboards.api.DatasourceApi;
import sigyn.server.dashboards.api.ErrorFilter;
import sigyn.server.dashboards.api.FolderApi;
import sigyn.server.dashboards.api.SearchApi;
import sigyn.server.dashboards.api.SessionApi;
import sigyn.server.dashboards.api.SystemApi;
import sigyn.server.dashboards.api.UserApi;
import sigyn.server.dashboards.provision.Provisioning;
import sigyn.server.dashboards.source.SourceProxy;
import sigyn.server.dashboards.store.DashboardStore;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.store.Folders;
import sigyn.server.dashboards.store.Preferences;
import sigyn.server.dashboards.web.SecurityHeaders;
import sigyn.server.dashboards.web.WebFiles;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Slug;
import sigyn.server.db.Db;
import sigyn.server.http.Handler;
import sigyn.server.http.Router;

/// The dashboards' whole face: HTTP handler, store and provisioning behind one door.
public final class Dashboards implements AutoCloseable {
    private final Handler handler;
    private final Optional<String> generatedPassword;
    private final Provisioning provisioning;
    private final SourceProxy proxy;
    private final Db db;

    private Dashboards(
            Handler handler, Optional<String> generatedPassword, Provisioning provisioning, SourceProxy proxy, Db db) {
        this.handler = handler;
        this.generatedPassword = generatedPassword;
        this.provisioning = provisioning;
        this.proxy = proxy;
        this.db = db;
    }

    /// Opens the store below `config.data()` and reads the provisioned files.
    ///
    /// @param logs the log server's handler, which serves data sources that are ourselves
    public static Dashboards open(DashboardsConfig config, Handler logs, Clock clock) {
        var db = Db.open(config.data().resolve("dashboards.db"));
        try {
            return compose(config, logs, clock, db);
        } catch (RuntimeException e) {
            db.close();
            throw e;
        }
    }

    private static Dashboards compose(DashboardsConfig config, Handler logs, Clock clock, Db db) {
        var auth = config.auth();
        var accounts = new Accounts(db, clock);
        var logins = new Logins(db, accounts, auth, clock);
        var sessions = new Sessions(db, clock, auth.idleLifetime(), auth.lifetime());
        var tokens = new Tokens(db, clock);
        var audit = new Audit(db, clock);
        var generatedPassword = logins.ensureAdmin(auth);

        var folders = new Folders(db, clock);
        var dashboards = new DashboardStore(db, clock, config.versionsToKeep());
        var datasources = new Datasources(db, clock);
        var preferences = new Preferences(db);
        var provisioning = new Provisioning(
                config.provisioning(),
                Path.of(config.environment().getOrDefault("GF_PATHS_HOME", "")).toAbsolutePath(),
                config.environment(),
                config.pollEvery(),
                datasources,
                folders,
                dashboards,
                clock);
        provisioning.start();
        if (datasources.all().isEmpty()) {
            datasources.create(ourselves(config.logPort()));
        }

        var proxy = new SourceProxy(logs, config.logPort(), config.selfAliases(), config.proxyTimeout());
        var web = new WebFiles(config.basePath(), config.allowEmbedding());
        var authentication = new Authentication(auth, config.basePath(), accounts, logins, sessions, tokens);
        var requests = new LongAdder();
        String base = config.basePath();
        var router = new Router();
        new SessionApi(authentication, audit, base).routes(router);
        new SystemApi(facts(config), datasources, preferences, provisioning, audit, () -> answers(db), requests)
                .routes(router);
        new UserApi(accounts, sessions, preferences, audit, config.defaults().theme()).routes(router);
        new DashboardApi(
                        dashboards,
                        folders,
                        datasources,
                        preferences,
                        provisioning,
                        audit,
                        base,
                        config.homeDashboard())
                .routes(router);
        new SearchApi(dashboards, folders, preferences, base).routes(router);
        new FolderApi(folders, dashboards, audit, base).routes(router);
        new DatasourceApi(datasources, proxy, audit).routes(router);
        router.otherwise(new Pages(web, base));

        Handler handler = router.with(authentication)
                .with(new SameOrigin(auth))
                .with(new ErrorFilter())
                .with(new Paths(base))
                .with(new ErrorFilter())
                .with(new SecurityHeaders(config.allowEmbedding()));
        Handler counted = request -> {
            requests.increment();
            return handler.handle(request);
        };
        return new Dashboards(counted, generatedPassword, provisioning, proxy, db);
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

    /// The admin's password when none was given and this start made the first one up: to be printed once.
    public Optional<String> generatedPassword() {
        return generatedPassword;
    }

    @Override
    public void close() {
        provisioning.close();
        proxy.close();
        db.close();
    }
}
