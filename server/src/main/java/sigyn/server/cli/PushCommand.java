package sigyn.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Pushes lines of files or of standard input as one stream. The first line gets the start time, each next one a
/// nanosecond more, so that their order stays. With `--own-times` a line that tells its time keeps it, and those after
/// it count on from there: the lines of a stack trace stay with their first, and lines of one millisecond stay in
/// order.
@Command(
        name = "push",
        description = "Pushes the lines of files, or of standard input, as one stream.",
        mixinStandardHelpOptions = true)
final class PushCommand implements Callable<Integer> {
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final int MAX_ATTEMPTS = 20;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Mixin
    Server server = new Server();

    @Option(
            names = {"-l", "--label"},
            paramLabel = "NAME=VALUE",
            description = "label of the stream; may be repeated")
    Map<String, String> labels = new LinkedHashMap<>();

    @Option(names = "--start", description = "time of the first line, RFC 3339 (now)")
    @Nullable
    Instant start;

    @Option(names = "--own-times", description = "lines keep the first time they tell (RFC 3339), however old")
    boolean ownTimes;

    @Parameters(arity = "0..*", paramLabel = "FILE")
    List<Path> files = List.of();

    private long nanos;
    private long told = LineTime.NONE;
    private long lines;

    @Override
    public Integer call() throws Exception {
        if (spec == null) {
            throw new IllegalStateException("not run as a command");
        }
        var command = spec.commandLine();
        Instant first = start == null ? Instant.now() : start;
        nanos = first.getEpochSecond() * 1_000_000_000L + first.getNano();
        var body = new PushBody(labels);
        if (files.isEmpty()) {
            read(command, System.in, body);
        }
        for (Path file : files) {
            if (!Files.isReadable(file)) {
                throw new CommandLine.ParameterException(command, "cannot read " + file);
            }
            try (var in = Files.newInputStream(file)) {
                read(command, in, body);
            }
        }
        send(command, body);
        command.getOut().println("pushed " + lines + " lines");
        command.getOut().flush();
        return 0;
    }

    private void read(CommandLine command, InputStream in, PushBody body) throws IOException, InterruptedException {
        byte[] buffer = new byte[1 << 16];
        var line = new ByteArrayOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            int from = 0;
            for (int at = 0; at < read; at++) {
                if (buffer[at] == '\n') {
                    line.write(buffer, from, at - from);
                    add(command, body, line);
                    from = at + 1;
                }
            }
            line.write(buffer, from, read - from);
        }
        if (line.size() > 0) {
            add(command, body, line);
        }
    }

    private void add(CommandLine command, PushBody body, ByteArrayOutputStream line)
            throws IOException, InterruptedException {
        byte[] bytes = line.toByteArray();
        line.reset();
        int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        long own = ownTimes ? LineTime.find(bytes, length) : LineTime.NONE;
        if (own != LineTime.NONE && own != told) {
            nanos = own;
            told = own;
        }
        body.add(nanos++, bytes, 0, length);
        lines++;
        if (body.size() >= MAX_BODY_BYTES) {
            send(command, body);
        }
    }

    private void send(CommandLine command, PushBody body) throws IOException, InterruptedException {
        if (body.count() == 0) {
            return;
        }
        byte[] packed = body.take();
        for (int attempt = 1; ; attempt++) {
            var response = server.send(HttpRequest.newBuilder(server.uri("/loki/api/v1/push", List.of()))
                    .header("Content-Type", "application/x-protobuf")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(packed)));
            if (response.statusCode() / 100 == 2) {
                return;
            }
            boolean mayPass = response.statusCode() == 429 || response.statusCode() >= 500;
            if (!mayPass || attempt == MAX_ATTEMPTS) {
                throw Server.refused(command, response);
            }
            String wait = response.headers().firstValue("Retry-After").orElse("1");
            Thread.sleep(wait.matches("[0-9]{1,2}") ? Long.parseLong(wait) * 1000 : 1000);
        }
    }
}
