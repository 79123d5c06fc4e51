package sigyn.server;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sigyn.server.config.LokiConfig;
import sigyn.server.dashboards.DashboardsConfig;

/// `sigyn up`: log server and dashboards in this process, until it is told to stop.
@Command(name = "up", description = "Starts log server and dashboards in one process.", mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
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

    /// The command that these arguments ask for, when each is one of the options above with its value; empty when the
    /// command line has to be read with all rules. Loading its reader takes longer than everything else of a start.
    static Optional<UpCommand> plain(List<String> arguments) {
        var command = new UpCommand();
        command.host = "0.0.0.0";
        command.httpPort = 3100;
        command.grpcPort = 9096;
        command.dashboardsPort = 4005;
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            if (name.equals("--demo")) {
                command.demo = true;
                continue;
            }
            if (++i == arguments.size() || !command.set(name, arguments.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(command);
    }

    private boolean set(String name, String value) {
        if (value.isEmpty() || value.startsWith("-")) {
            return false;
        }
        switch (name) {
            case "--data" -> data = Path.of(value);
            case "--host" -> host = value;
            case "--http-port", "--grpc-port", "--dashboards-port" -> {
                if (!value.matches("\\d{1,5}")) {
                    return false;
                }
                int port = Integer.parseInt(value);
                switch (name) {
                    case "--http-port" -> httpPort = port;
                    case "--grpc-port" -> grpcPort = port;
                    default -> dashboardsPort = port;
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    public Integer call() throws InterruptedException {
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
        Main.stopWithProcess();
        UnpackedLibraries.begin();
        var node = Node.start(config, dashboards, demo, Clock.systemUTC());
        Main.started(node);
        greet(System.out, node, host, folder, dashboards.auth().adminUser());
        Main.awaitStop();
        return 0;
    }

    /// Says where everything is: the addresses at once, the login when it is known.
    static void greet(PrintStream out, Node node, String host, Path folder, String user) {
        String name = host.equals("0.0.0.0") ? "localhost" : host;
        out.println("Sigyn listens");
        node.logsPort().ifPresent(port -> out.println("  logs        http://" + name + ":" + port));
        node.grpcPort().ifPresent(port -> out.println("  gRPC        " + name + ":" + port));
        node.dashboardsPort().ifPresent(port -> out.println("  dashboards  http://" + name + ":" + port));
        out.println("  data        " + folder);
        out.flush();
        out.println("  login       " + user
                + node.generatedPassword()
                        .map(password -> " / " + password + "   (made up at this first start, shown only now)")
                        .orElse("   (with the password set before)"));
        out.println("Ctrl-C stops it.");
        out.flush();
    }
}
