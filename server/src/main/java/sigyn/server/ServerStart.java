package sigyn.server;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import sigyn.server.config.ConfigException;
import sigyn.server.config.ConfigFile;
import sigyn.server.config.Flags;
import sigyn.server.config.LokiConfig;
import sigyn.server.config.LokiConfig.Target;
import sigyn.server.config.Settings;
import sigyn.server.dashboards.DashboardsConfig;
import sigyn.server.telemetry.ServerLog;

/// `sigyn server -config.file=FILE`: what Loki's own command line does, with Loki's flags.
final class ServerStart {
    private static final int BAD_CONFIGURATION = 1;

    private ServerStart() {}

    /// Runs until told to stop; returns the exit code.
    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err)
            throws InterruptedException {
        var flags = Flags.parse(arguments);
        LokiConfig config;
        DashboardsConfig dashboards;
        try {
            config = ConfigFile.read(flags, environment);
            dashboards = DashboardsConfig.read(environment, null)
                    .withLogPort(config.server().httpPort());
        } catch (ConfigException e) {
            err.println("failed parsing config: " + e.getMessage());
            return BAD_CONFIGURATION;
        }
        ServerLog.configure(config.server().logLevel(), config.server().jsonLogs());
        if (flags.on("print-config-stderr")) {
            err.println(Settings.effective(config.yaml()));
        }
        var log = LoggerFactory.getLogger(ServerStart.class);
        config.notes().forEach(log::warn);
        if (flags.on("verify-config")) {
            out.println("config is valid");
            return 0;
        }
        if (!environment.containsKey("GF_PATHS_DATA")
                && !Path.of("/var/lib/grafana").toFile().canWrite()) {
            dashboards = dashboards.withData(config.data().resolve("dashboards"));
        }
        String port = flags.text("dashboards-port");
        if (port != null) {
            dashboards = dashboards.withListen(dashboards.host(), Integer.parseInt(port));
        }
        Main.stopWithProcess();
        UnpackedLibraries.begin();
        var node = Node.start(config, dashboards, false, Clock.systemUTC());
        Main.started(node);
        node.logsPort().ifPresent(p -> log.info("log server listening on port {}, data in {}", p, config.data()));
        node.dashboardsPort().ifPresent(p -> log.info("dashboards listening on port {}", p));
        String user = dashboards.auth().adminUser();
        node.generatedPassword()
                .ifPresent(
                        password -> out.println("dashboards login: " + user + " / " + password + " (shown only once)"));
        if (config.target() == Target.ALL || config.target() == Target.LOGS) {
            log.info("ready");
        }
        Main.awaitStop();
        return 0;
    }
}
