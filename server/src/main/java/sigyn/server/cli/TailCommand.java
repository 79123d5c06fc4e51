package sigyn.server.cli;

import java.net.URI;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;

/// Prints matching lines as they arrive, until it is stopped.
@Command(name = "tail", description = "Prints matching lines as they arrive.", mixinStandardHelpOptions = true)
final class TailCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Mixin
    Server server = new Server();

    @Option(names = "--limit", defaultValue = "30", description = "lines of the past to begin with (${DEFAULT-VALUE})")
    int limit;

    @Option(
            names = {"-r", "--raw"},
            description = "lines only, without time and labels")
    boolean raw;

    @Parameters(index = "0", paramLabel = "QUERY")
    String query = "";

    @Override
    public Integer call() throws Exception {
        if (spec == null) {
            throw new IllegalStateException("not run as a command");
        }
        var http = server.uri(
                "/loki/api/v1/tail",
                List.of(new Server.Parameter("query", query), new Server.Parameter("limit", String.valueOf(limit))));
        var uri = URI.create(http.toString().replaceFirst("^http", "ws"));
        var builder = server.client().newWebSocketBuilder();
        var headers = new ArrayList<>(server.headers());
        for (int i = 0; i < headers.size(); i += 2) {
            builder.header(headers.get(i), headers.get(i + 1));
        }
        var printer = new Printer(spec.commandLine(), raw);
        builder.buildAsync(uri, printer).join();
        String ended = printer.closed.join();
        if (!ended.isEmpty()) {
            spec.commandLine().getErr().println(ended);
        }
        return 0;
    }

    private static final class Printer implements WebSocket.Listener {
        final CompletableFuture<String> closed = new CompletableFuture<>();
        private final CommandLine command;
        private final boolean raw;
        private final StringBuilder frame = new StringBuilder();

        Printer(CommandLine command, boolean raw) {
            this.command = command;
            this.raw = raw;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            frame.append(data);
            if (last) {
                print(frame.toString());
                frame.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private void print(String text) {
            var out = command.getOut();
            var answer = JSON.readTree(text);
            for (var stream : answer.path("streams")) {
                String labels = QueryCommand.labels(stream.path("stream"));
                for (var value : stream.path("values")) {
                    String line = value.get(1).asString();
                    out.println(
                            raw
                                    ? line
                                    : QueryCommand.time(
                                                    Long.parseLong(value.get(0).asString())) + " " + labels + " "
                                            + line);
                }
            }
            int dropped = answer.path("dropped_entries").size();
            if (dropped > 0) {
                command.getErr().println("too slow: " + dropped + " lines were left out");
            }
            out.flush();
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }
}
