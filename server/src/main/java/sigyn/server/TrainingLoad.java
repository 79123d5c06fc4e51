package sigyn.server;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import sigyn.server.cli.PushBody;

/// Push bodies with lines as programs write them, for the methods that every pushed line goes through: what is run
/// often while the start-up cache is recorded starts with a profile.
final class TrainingLoad {
    private static final DateTimeFormatter CLF = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final String[] LEVELS = {"DEBUG", "INFO", "INFO", "INFO", "WARN", "ERROR"};
    private static final String[] PATHS = {"/", "/login", "/api/v1/models", "/api/v1/deploy", "/healthz", "/metrics"};
    private static final String[] WORDS = {
        "Receiving block", "Served block", "Connection closed by", "Accepted password for", "Starting task", "Executor"
    };
    private static final int SERVICES = 4;
    private static final long STEP_NANOS = 1_300_000;

    private final Random random = new Random(1);
    private long time;

    TrainingLoad(Instant from) {
        time = from.getEpochSecond() * 1_000_000_000L;
    }

    /// One body for each service, with so many lines.
    List<byte[]> bodies(int lines) {
        var bodies = new ArrayList<byte[]>();
        for (int service = 0; service < SERVICES; service++) {
            var labels = service % 2 == 0
                    ? Map.of("service", "train-" + service, "level", "INFO", "hostname", "host-1")
                    : Map.of("service", "train-" + service, "hostname", "host-1");
            var body = new PushBody(labels);
            for (int i = 0; i < lines; i++) {
                time += STEP_NANOS + random.nextInt(1_000_000);
                byte[] line = line(service).getBytes(StandardCharsets.UTF_8);
                body.add(time, line, 0, line.length);
            }
            bodies.add(body.take());
        }
        return bodies;
    }

    private String line(int service) {
        String level = LEVELS[random.nextInt(LEVELS.length)];
        String path = PATHS[random.nextInt(PATHS.length)];
        var at = Instant.ofEpochSecond(time / 1_000_000_000L, time % 1_000_000_000L / 1_000_000 * 1_000_000);
        return switch (service) {
            case 0 ->
                "{\"timestamp\":\"" + at + "\",\"level\":\"" + level + "\",\"message\":\"step finished\",\"model\":\"m"
                        + random.nextInt(400) + "\",\"duration_ms\":" + random.nextInt(5000) + ",\"trace_id\":\""
                        + hex()
                        + hex() + "\"}";
            case 1 ->
                "ts=" + at + " level=" + level.toLowerCase(Locale.ROOT) + " caller=handler.go:" + random.nextInt(300)
                        + " msg=\"request completed\" path=" + path + " status=" + (200 + random.nextInt(4) * 100)
                        + " duration=" + random.nextInt(900) + "ms bytes=" + random.nextInt(100_000) + " trace_id="
                        + hex();
            case 2 ->
                "10." + random.nextInt(9) + "." + random.nextInt(256) + "." + random.nextInt(256) + " - - ["
                        + CLF.format(at) + "] \"GET " + path + "?id=" + random.nextInt(1_000_000) + " HTTP/1.1\" 200 "
                        + random.nextInt(60_000) + " \"-\" \"curl/8.5.0\" 0." + random.nextInt(1000);
            default ->
                at.toString().replace('T', ' ').replace('Z', ' ') + random.nextInt(9999) + " " + level
                        + " dfs.DataNode$PacketResponder: " + WORDS[random.nextInt(WORDS.length)] + " blk_"
                        + random.nextLong(Long.MAX_VALUE) + " of size " + random.nextInt(70_000_000) + " from /10.250."
                        + random.nextInt(20) + "." + random.nextInt(256);
        };
    }

    private String hex() {
        return String.format(Locale.ROOT, "%016x", random.nextLong());
    }
}
