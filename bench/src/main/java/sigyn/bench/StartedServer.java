package sigyn.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A distribution's server on ports of its own choice, for as long as it is measured.
record StartedServer(Process process, URI base) implements AutoCloseable {
    private static final int TRIES = 12_000;

    /// @param log takes what the server prints
    /// @param ready finds the port of the log server in that once it answers
    static StartedServer start(Path distribution, String javaOptions, Path log, Pattern ready, List<String> arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(distribution.resolve("bin/sigyn").toString()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().merge("SIGYN_JAVA_OPTIONS", javaOptions, (given, ours) -> ours + " " + given);
        var process = builder.start();
        for (int i = 0; process.isAlive() && i < TRIES; i++) {
            var found = ready.matcher(Files.readString(log));
            if (found.find()) {
                return new StartedServer(process, URI.create("http://127.0.0.1:" + found.group(1)));
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        process.destroy();
        throw new IOException("the server did not start: " + Files.readString(log));
    }

    ServerProcess seen() {
        return new ServerProcess(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
