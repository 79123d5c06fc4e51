package sigyn.server;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import sigyn.server.cli.ClientCommands;
import sigyn.server.cli.InspectCommand;
import sigyn.server.telemetry.ServerLog;

/// The command line: `up` and `server` run Sigyn, the rest talks to one that runs. Loki's own flags without a verb mean
/// `server`, as in Loki's image.
public final class Main {
    private static final int FAILED = 1;
    private static final Set<String> OWN_FLAGS = Set.of("-h", "--help", "-V", "--version");
    private static final CountDownLatch STOP = new CountDownLatch(1);
    private static final AtomicReference<@Nullable Node> NODE = new AtomicReference<>();
    /// The command has come to its own end and its status is that of the process.
    private static volatile boolean ended;

    @Command(
            name = "sigyn",
            description = "Centralized logging.",
            mixinStandardHelpOptions = true,
            version = "sigyn 0.1.0")
    private static final class Root {}

    private Main() {}

    public static void main(String[] args) {
        leaveThreadsForRequests();
        int exit;
        try {
            exit = run(args);
        } finally {
            ended = true;
            UnpackedLibraries.remove();
        }
        System.exit(exit);
    }

    private static int run(String[] args) {
        ServerLog.configure("info", false);
        if (args.length > 0 && (args[0].equals("server") || isLokiFlag(args[0]))) {
            var arguments = List.of(args).subList(args[0].equals("server") ? 1 : 0, args.length);
            return guarded(() -> ServerStart.run(arguments, System.getenv(), System.out, System.err));
        }
        if (args.length > 0 && args[0].equals("up")) {
            var plain = UpCommand.plain(List.of(args).subList(1, args.length));
            return plain.isPresent() ? guarded(plain.get()) : commandLine().execute(args);
        }
        return commandLine().execute(args.length == 0 ? new String[] {"--help"} : args);
    }

    /// Queries compute on as many threads as there are cores; as many again carry pushes and everything else meanwhile.
    private static void leaveThreadsForRequests() {
        String carriers = "jdk.virtualThreadScheduler.parallelism";
        if (System.getProperty(carriers) == null) {
            System.setProperty(carriers, String.valueOf(2 * Runtime.getRuntime().availableProcessors()));
        }
    }

    /// Loki's image is started with flags alone: `-config.file=..`, `-target=all`, `-verify-config`.
    private static boolean isLokiFlag(String argument) {
        return argument.startsWith("-") && !OWN_FLAGS.contains(argument);
    }

    private static int guarded(Callable<Integer> command) {
        try {
            return command.call();
        } catch (Exception e) {
            if (!isEnding()) {
                System.err.println(message(e));
            }
            return FAILED;
        }
    }

    /// An ending JVM takes no more hooks, and lets libraries load no more that want one.
    private static boolean isEnding() {
        var hook = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    private static String message(Exception e) {
        return "sigyn: " + (e.getMessage() == null ? e.toString() : e.getMessage());
    }

    private static CommandLine commandLine() {
        var commands = new CommandLine(new Root());
        commands.addSubcommand(new UpCommand());
        ClientCommands.all().forEach(commands::addSubcommand);
        commands.addSubcommand(new ConfigCommand());
        commands.addSubcommand(new InspectCommand());
        commands.addSubcommand(new TrainCommand());
        commands.setExecutionExceptionHandler((e, command, _) -> {
            command.getErr().println(message(e));
            return FAILED;
        });
        return commands;
    }

    /// From now on a process that is asked to end does so with 0: a JVM's own answer to a signal is 143.
    /// While the node is starting it ends on the spot: nothing that was acknowledged needs closing, and
    /// a start that went on in an ending JVM would fail with whatever that no longer lets it do.
    static void stopWithProcess() throws InterruptedException {
        try {
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(Main::stop));
        } catch (IllegalStateException e) {
            // Asked to end before anything began.
            awaitStop();
        }
    }

    /// What a process that ends closes from now on.
    static void started(Node node) {
        NODE.set(node);
        Thread.ofVirtual()
                .name("native-code")
                .start(() -> UnpackedLibraries.finish(node.dashboardsPort().isPresent()));
    }

    private static void stop() {
        if (ended) {
            return;
        }
        var node = NODE.get();
        if (node != null) {
            node.close();
        }
        UnpackedLibraries.remove();
        STOP.countDown();
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    /// Returns when the node has been closed.
    static void awaitStop() throws InterruptedException {
        STOP.await();
    }
}
