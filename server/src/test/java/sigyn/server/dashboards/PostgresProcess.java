package sigyn.server.dashboards;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Debian's PostgreSQL as a process of its own, with its files in a folder.
final class PostgresProcess implements AutoCloseable {
    private final Path programs;
    private final Path data;
    final int port;

    private PostgresProcess(Path programs, Path data, int port) {
        this.programs = programs;
        this.data = data;
        this.port = port;
    }

    /// Where the newest installed one has its programs.
    static Optional<Path> installed() throws IOException {
        var versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (var folders = Files.list(versions)) {
            return folders.map(folder -> folder.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(java.util.Comparator.naturalOrder());
        }
    }

    /// PostgreSQL binds no port of its own choice, so a port that somebody else took meanwhile is tried anew.
    static PostgresProcess start(Path programs) throws IOException, InterruptedException {
        var home = Files.createTempDirectory("sigyn-postgres");
        if (asRoot()) {
            run(List.of("chown", "postgres", home.toString()));
        }
        var data = home.resolve("data");
        run(user(programs.resolve("initdb").toString(), "-D", data.toString(), "-A", "trust", "-U", "sigyn", "-N"));
        for (int attempt = 0; attempt < 5; attempt++) {
            int port;
            try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = probe.getLocalPort();
            }
            var made = new PostgresProcess(programs, data, port);
            if (made.control("start") == 0) {
                return made;
            }
        }
        throw new AssertionError("PostgreSQL does not start in " + data);
    }

    void restart() throws IOException, InterruptedException {
        control("stop");
        if (control("start") != 0) {
            throw new AssertionError("PostgreSQL does not start again");
        }
    }

    private int control(String action) throws IOException, InterruptedException {
        String options = "-c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories= -p " + port;
        return execute(user(
                programs.resolve("pg_ctl").toString(),
                "-D",
                data.toString(),
                "-l",
                data.resolve("log").toString(),
                "-w",
                "-t",
                "120",
                "-m",
                "fast",
                "-o",
                options,
                action));
    }

    private static boolean asRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static List<String> user(String... command) {
        var all = new ArrayList<>(asRoot() ? List.of("runuser", "-u", "postgres", "--") : List.<String>of());
        all.addAll(List.of(command));
        return all;
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        int code = execute(command);
        if (code != 0) {
            throw new AssertionError(command + " ended with " + code);
        }
    }

    private static int execute(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .directory(new java.io.File("/"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(180, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return process.waitFor();
    }

    @Override
    public void close() {
        try {
            control("stop");
            run(user("rm", "-rf", data.toString()));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
