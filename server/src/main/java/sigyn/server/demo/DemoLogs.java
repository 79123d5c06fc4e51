package sigyn.server.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.ObjectMapper;

/// Writes the logs of a small made up company: an hour of history first, then a few lines twice a second until closed.
/// Deployments fail now and then, and every few minutes one of the services has a bad minute.
public final class DemoLogs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DemoLogs.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration HISTORY = Duration.ofHours(1);
    private static final Duration HISTORY_STEP = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int BAD_MINUTE_EVERY = 7;

    private final URI push;
    private final Clock clock;
    private final SplittableRandom random = new SplittableRandom(7);
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Thread writer;

    private DemoLogs(URI server, Clock clock) {
        this.push = server.resolve("/loki/api/v1/push");
        this.clock = clock;
        this.writer = Thread.ofVirtual().name("demo-logs").unstarted(this::write);
    }

    /// Starts writing to the server at that address.
    public static DemoLogs start(URI server, Clock clock) {
        var logs = new DemoLogs(server, clock);
        logs.writer.start();
        return logs;
    }

    @Override
    public void close() {
        writer.interrupt();
        try {
            writer.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.shutdownNow();
    }

    private void write() {
        try {
            Instant now = clock.instant();
            var batch = new Batch();
            for (Instant t = now.minus(HISTORY); t.isBefore(now); t = t.plus(HISTORY_STEP)) {
                moment(batch, t);
                if (batch.lines > 500) {
                    send(batch);
                    batch = new Batch();
                }
            }
            send(batch);
            while (true) {
                Thread.sleep(PAUSE);
                batch = new Batch();
                moment(batch, clock.instant());
                send(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Batch batch) throws InterruptedException {
        var request = HttpRequest.newBuilder(push)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(batch.body())))
                .build();
        try {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 204) {
                LOG.warn("demo logs refused: {} {}", answer.statusCode(), answer.body());
            }
        } catch (IOException e) {
            LOG.warn("demo logs not delivered: {}", e.toString());
        }
    }

    /// What happens in the company at one moment.
    private void moment(Batch batch, Instant t) {
        boolean bad = t.getEpochSecond() / 60 % BAD_MINUTE_EVERY == 0;
        deployment(batch, t);
        int requests = 1 + random.nextInt(4);
        for (int i = 0; i < requests; i++) {
            request(batch, t.plusNanos(1_000_000L * (1 + i)), bad);
        }
        if (random.nextInt(3) == 0) {
            classification(batch, t.plusMillis(20), bad);
        }
        if (random.nextInt(10) == 0) {
            job(batch, t.plusMillis(40));
        }
    }

    private void deployment(Batch batch, Instant t) {
        if (random.nextInt(4) != 0) {
            return;
        }
        String model = pick("intent-classifier-v" + (1 + random.nextInt(4)), "embedder-large", "reranker-small");
        String step = pick("artifact_download", "model_loading", "health_check", "warmup", "traffic_switch");
        String environment = pick("testing", "staging", "production");
        int roll = random.nextInt(40);
        String level = roll == 0 ? "ERROR" : roll < 3 ? "WARNING" : roll < 8 ? "DEBUG" : "INFO";
        String message = switch (level) {
            case "ERROR" ->
                "Deployment failed: " + pick("health check timed out", "out of GPU memory", "checksum mismatch");
            case "WARNING" -> "Step " + step + " is slow";
            case "DEBUG" -> "Polling status of " + step;
            default -> "Step " + step + " finished";
        };
        var fields = new LinkedHashMap<String, Object>();
        fields.put("model_id", model);
        fields.put("step", step);
        fields.put("target_env", environment);
        fields.put("duration_ms", (int) Math.exp(5 + random.nextDouble() * 3));
        if (level.equals("ERROR")) {
            fields.put("error_code", 500 + random.nextInt(5));
        }
        application(batch, t, "model-deployment-orchestrator", level, message, fields, model);
    }

    private void classification(Batch batch, Instant t, boolean bad) {
        int roll = random.nextInt(bad ? 8 : 60);
        String level = roll == 0 ? "ERROR" : roll == 1 ? "WARNING" : "INFO";
        var fields = new LinkedHashMap<String, Object>();
        fields.put("chat_id", "chat-" + hex(8));
        fields.put("tokens", 40 + random.nextInt(900));
        fields.put("latency_ms", (int) Math.exp(4 + random.nextDouble() * (bad ? 4 : 2)));
        String message = switch (level) {
            case "ERROR" -> "Answer not generated: upstream returned 503";
            case "WARNING" -> "No document above the threshold, answering without sources";
            default -> "Answered with " + (1 + random.nextInt(5)) + " sources";
        };
        application(batch, t, "rag-orchestrator", level, message, fields, "");
    }

    private void job(Batch batch, Instant t) {
        String name = pick("sync-documents", "rotate-keys", "refresh-index", "nightly-report");
        var fields = new LinkedHashMap<String, Object>();
        fields.put("job", name);
        fields.put("rows", random.nextInt(20_000));
        boolean failed = random.nextInt(25) == 0;
        application(
                batch,
                t,
                "cron-manager",
                failed ? "ERROR" : "INFO",
                failed ? name + " failed: connection to the database lost" : name + " finished",
                fields,
                "");
    }

    /// A line as the loggers of the applications write it: a JSON object with its fields.
    private void application(
            Batch batch,
            Instant t,
            String service,
            String level,
            String message,
            Map<String, Object> fields,
            String model) {
        String host = service + "-" + random.nextInt(2);
        var line = new LinkedHashMap<String, Object>();
        line.put("timestamp", t.toString());
        line.put("level", level);
        line.put("message", message);
        line.put("hostname", host);
        line.put("service", service);
        line.putAll(fields);
        var labels = new TreeMap<>(Map.of("service", service, "level", level, "hostname", host));
        if (!model.isEmpty()) {
            labels.put("model_id", model);
        }
        batch.add(labels, t, JSON.writeValueAsString(line), Map.of("trace_id", hex(32)));
    }

    private void request(Batch batch, Instant t, boolean bad) {
        int roll = random.nextInt(bad ? 12 : 100);
        int status = roll == 0 ? 502 : roll < 4 ? 404 : 200;
        String level = status >= 500 ? "ERROR" : status >= 400 ? "WARNING" : "INFO";
        String line = "ts=" + t + " level=" + level.toLowerCase(java.util.Locale.ROOT) + " method="
                + pick("GET", "GET", "GET", "POST")
                + " path=" + pick("/api/v1/models", "/api/v1/chat", "/api/v1/search", "/login", "/healthz") + " status="
                + status
                + " duration=" + (int) Math.exp(2 + random.nextDouble() * (bad ? 6 : 3)) + "ms bytes="
                + random.nextInt(90_000);
        batch.add(
                new TreeMap<>(
                        Map.of("service", "api-gateway", "level", level, "hostname", "gateway-" + random.nextInt(3))),
                t,
                line,
                Map.of("trace_id", hex(32)));
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String hex(int digits) {
        var out = new StringBuilder(digits);
        for (int i = 0; i < digits; i++) {
            out.append(Character.forDigit(random.nextInt(16), 16));
        }
        return out.toString();
    }

    /// One push body in the making.
    private static final class Batch {
        private final Map<Map<String, String>, List<Object>> streams = new LinkedHashMap<>();
        private int lines;

        void add(Map<String, String> labels, Instant t, String line, Map<String, String> metadata) {
            String nanos = String.valueOf(t.getEpochSecond() * 1_000_000_000L + t.getNano());
            streams.computeIfAbsent(labels, _ -> new ArrayList<>()).add(List.of(nanos, line, metadata));
            lines++;
        }

        Map<String, Object> body() {
            var list = new ArrayList<Object>();
            streams.forEach((labels, values) -> list.add(Map.of("stream", labels, "values", values)));
            return Map.of("streams", list);
        }
    }
}
