package sigyn.server;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sigyn.server.config.LokiConfig;
import sigyn.server.dashboards.DashboardsConfig;

/// `sigyn up`: log server and dashboards in this process, until it is told to stop.
@Command(name = "up", description = "Starts log server and dashboards in one process.", mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Option(
            names = "--data",
            defaultValue = "data",
            description = "folder for everything that is stored (${DEFAULT-VALUE})")
    Path data = Path.of("data");

    @Option(names = "--host", defaultValue = "0.0.0.0", description = "address to listen on (${DEFAULT-VALUE}: all)")
    String host = "";

    @Option(
            names = "--http-port",
            defaultValue = "3100",
            description = "Loki's API (${DEFAULT-VALUE}; 0: any free port)")
    int httpPort;

    @Option(
            names = "--grpc-port",
            defaultValue = "9096",
            description = "Loki's API over gRPC (${DEFAULT-VALUE}; 0: any free port)")
    int grpcPort;

    @Option(
            names = "--dashboards-port",
            defaultValue = "4005",
            description = "the dashboards (${DEFAULT-VALUE}; 0: any free port)")
    int dashboardsPort;

    @Option(names = "--demo", description = "also write demo logs and show them on a dashboard")
    boolean demo;

    @Override
    public Integer call() throws InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("not run as a command");
        }
        Path folder = data.toAbsolutePath().normalize();
        var config = LokiConfig.withoutFile(folder).withListen(host, httpPort, grpcPort);
        var environment = System.getenv();
        var dashboards = DashboardsConfig.read(environment, null).withListen(host, dashboardsPort);
        if (httpPort != 0) {
            dashboards = dashboards.withLogPort(httpPort);
        }
        if (!environment.containsKey("GF_PATHS_DATA")) {
            dashboards = dashboards.withData(folder.resolve("dashboards"));
        }
        var node = Node.start(config, dashboards, demo, Clock.systemUTC());
        Main.stopWithProcess(node);
        var out = spec.commandLine().getOut();
        String name = host.equals("0.0.0.0") ? "localhost" : host;
        out.println("Sigyn is ready");
        node.logsPort().ifPresent(port -> out.println("  logs        http://" + name + ":" + port));
        node.grpcPort().ifPresent(port -> out.println("  gRPC        " + name + ":" + port));
        node.dashboardsPort().ifPresent(port -> out.println("  dashboards  http://" + name + ":" + port));
        String user = dashboards.auth().adminUser();
        out.println("  login       " + user
                + node.generatedPassword()
                        .map(password -> " / " + password + "   (made up at this first start, shown only now)")
                        .orElse("   (with the password set before)"));
        out.println("  data        " + folder);
        out.println("Ctrl-C stops it.");
        out.flush();
        Main.awaitStop();
        return 0;
    }
}
