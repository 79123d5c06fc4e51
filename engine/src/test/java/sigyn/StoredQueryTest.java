package sigyn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.logql.ListReader;
import sigyn.logql.LogQl;
import sigyn.logql.QueryEngine;
import sigyn.logql.RangeQuery;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.storage.Storage;
import sigyn.storage.port.MetadataCodec;
import sigyn.storage.port.PushBatch;
import sigyn.testkit.FakeClock;
import sigyn.testkit.Property;

/// Queries on stored row groups and a head against the same queries on a list of entries, where every line goes through
/// every stage: what is answered from counters, templates and columns has to be what lines say.
class StoredQueryTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_767_225_600L * SECOND;
    private static final int SECONDS = 600;
    private static final String[] LEVELS = {"error", "warn", "info", "debug"};

    @TempDir
    Path directory;

    private int stores;

    @Test
    void columnsSayWhatLinesSay() {
        Property.forAll(3, (random, size) -> {
            var list = new ListReader(100_000, 1000);
            try (var storage = Storage.open(
                    directory.resolve("store" + stores++), new FakeClock(Instant.ofEpochSecond(START / SECOND)))) {
                fill(random, list, storage);
                try (var lines = new QueryEngine(list);
                        var columns = new QueryEngine(storage)) {
                    for (String query : CORNERS) {
                        compare(query, START, SECONDS, 60, Direction.FORWARD, lines, columns);
                    }
                    for (int i = 0; i < 60; i++) {
                        compare(random, lines, columns);
                    }
                }
            }
        });
    }

    /// Three flushed parts that overlap, and a head.
    private static void fill(RandomGenerator random, ListReader list, Storage storage) throws InterruptedException {
        for (int part = 0; part < 4; part++) {
            var batch = new PushBatch();
            int n = part == 3 ? 60 : 400;
            for (int i = 0; i < n; i++) {
                var stream = stream(random);
                long time = START + (part * 100 + random.nextInt(300)) * SECOND + random.nextInt(1000) * 1000L;
                String line = line(random);
                var metadata = metadata(random, stream);
                list.add(stream, time, line, metadata);
                byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
                batch.add(batch.stream(stream), time, bytes, 0, bytes.length, MetadataCodec.encode(metadata));
            }
            storage.append(Tenant.FAKE, batch);
            if (part < 3) {
                storage.flush();
            }
        }
    }

    private static Labels stream(RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> Labels.of("app", "a", "level", LEVELS[random.nextInt(4)]);
            case 1 -> Labels.of("app", "a", "status", "200");
            case 2 -> Labels.of("app", "b", "pod", "p" + random.nextInt(3));
            default -> Labels.of("app", "c");
        };
    }

    private static Labels metadata(RandomGenerator random, Labels stream) {
        return switch (stream.valueOrEmpty("app")) {
            case "a" -> Labels.of("detected_level", LEVELS[random.nextInt(4)]);
            case "b" -> random.nextInt(3) == 0 ? Labels.EMPTY : Labels.of("detected_level", "info", "level", "meta");
            default -> Labels.EMPTY;
        };
    }

    private static String line(RandomGenerator random) {
        int status = 200 + random.nextInt(4) * 100 + random.nextInt(5);
        String level = LEVELS[random.nextInt(4)];
        return switch (random.nextInt(15)) {
            case 12 ->
                "{\"pod\":\"p" + random.nextInt(4) + "\",\"level\":\"" + level + "\",\"n\":3,\"_entry\":\"GET /x took="
                        + random.nextInt(3000) + "ms status=" + status + "\"}";
            case 13 ->
                "{\"k" + random.nextInt(3) + "\":\"v\",\"_entry\":\"{\\\"status\\\":" + status + ",\\\"level\\\":\\\""
                        + level + "\\\"}\"}";
            case 14 ->
                "10.1." + random.nextInt(9) + ".7 - u" + random.nextInt(4) + " \"GET /v1/" + random.nextInt(99) + "\" "
                        + status + " " + random.nextInt(3000) + "ms";
            case 0, 1, 2 ->
                "{\"level\":\"" + level + "\",\"status\":" + status + ",\"took\":\"" + random.nextInt(3000)
                        + "ms\",\"user\":{\"id\":\"u" + random.nextInt(5) + "\",\"n\":" + random.nextInt(100)
                        + "},\"trace\":\"" + Long.toHexString(random.nextLong()) + "\",\"list\":[1," + random.nextInt(9)
                        + "]}";
            case 3 ->
                "{\"msg\":\"said \\\"hi" + random.nextInt(50) + "\\\"\\n\\u00e" + random.nextInt(10)
                        + "9\",\"level\":\""
                        + level + "\",\"k" + random.nextInt(3) + "\":" + random.nextInt(20) + ",\"size\":\""
                        + random.nextInt(40) + "." + random.nextInt(10) + "KB\"}";
            case 4 -> "{\"status\":\"" + (random.nextInt(4) == 0 ? "ok" : status) + "\",\"took\":" + random.nextInt(9);
            case 5, 6, 7 ->
                "ts=" + Instant.ofEpochSecond(START / SECOND + random.nextInt(600)) + " level=" + level + " status="
                        + status + " took=" + random.nextInt(3000) + "ms msg=\"request " + random.nextInt(1000)
                        + " done\" user=u" + random.nextInt(4) + " ratio=0." + random.nextInt(100) + " size="
                        + random.nextInt(90) + "KB";
            case 8 ->
                "level=" + level + " msg=\"a \\\"b" + random.nextInt(9) + "\\\" c\" k" + random.nextInt(3) + "="
                        + random.nextInt(9) + " =x status=" + (random.nextInt(3) == 0 ? "" : status) + " broken=a\"b";
            case 9 -> "10.0." + random.nextInt(9) + "." + random.nextInt(9) + " GET /x?level=" + level + " " + status;
            case 10 -> "\u00fcber " + level + " k1=" + random.nextInt(9) + " status=" + status + "zq";
            default -> "plain text " + random.nextInt(100) + " " + level;
        };
    }

    /// What templates must not be trusted with: escapes that reach into a variable, and names that hold one.
    private static final String[] CORNERS = {
        "{app=~\".+\"} | json | msg=~\"said.*\"",
        "sum by (msg) (count_over_time({app=~\".+\"} | json | __error__=\"\" [60s]))",
        "sum by (k1, k2) (count_over_time({app=~\".+\"} | json | __error__=\"\" [60s]))",
        "sum by (k1, k2) (count_over_time({app=~\".+\"} | logfmt [60s]))",
        "{app=~\".+\"} | logfmt | k1=~\".+\"",
        "sum by (status) (count_over_time({app=~\".+\"} | status=\"\" | json status=\"status\" | __error__=\"\" [60s]))",
        "sum by (status) (count_over_time({app=~\".+\"} | status=\"\" | regexp `(?P<status>[2-5]\\d\\d)` [60s]))",
        "sum by (status) (bytes_over_time({app=~\".+\"} | unpack | __error__=\"\" [60s]))",
        "sum by (status, user) (count_over_time({app=~\".+\"} | pattern `<ip> - <user> \"<_> <path>\" <status> <took>` [60s]))",
        "sum by (status, level) (count_over_time({app=~\".+\"} | unpack | json | __error__=\"\" [60s]))"
    };

    private static final String[] STAGES = {
        " | json",
        " | logfmt",
        " | json | logfmt",
        " | logfmt --strict",
        " | logfmt --keep-empty",
        " | json id=\"user.id\", level",
        " | logfmt status, t=\"took\"",
        " | json status=\"status\"",
        " | regexp `(?P<level>error|warn)`",
        " | regexp `status=(?P<status>\\d+) took=(?P<took>\\S+)`",
        " | regexp `^(?P<ip>\\S+) - (?P<user>\\S+) .* (?P<status>\\d{3}) (?P<took>[0-9]+ms)$`",
        " | pattern `<ip> - <user> \"<_> <path>\" <status> <took>`",
        " | pattern `<_>level=<level> status=<status> <_>`",
        " | pattern `<ip> GET <_>level=<level> <status>`",
        " | unpack",
        " | unpack | regexp `took=(?P<took>\\w+) status=(?P<status>.*)`",
        " | status >= 400",
        " | status = 403",
        " | status_extracted = 200",
        " | level=\"error\"",
        " | level=~\"e.*|warn\"",
        " | level!=\"info\" and status < 500",
        " | took > 1s",
        " | took > 100ms or status=500",
        " | user_id=\"u3\"",
        " | k1 > 3",
        " | k1 != \"5\"",
        " | size > 20KB",
        " | detected_level=\"warn\"",
        " | user=\"u1\"",
        " | id=\"u2\"",
        " |= \"level\"",
        " |~ \"status=[45]\"",
        " != \"debug\"",
        " | t=\"77ms\"",
        " | level_extracted=\"info\"",
        " | msg=~\"request.*\"",
        " | msg=~\"said.*\"",
        " | ratio > 0.5",
        " | user_n > 50",
        " | user_n=\"7\"",
        " | app=\"a\""
    };

    private static String log(RandomGenerator random) {
        var query = new StringBuilder(
                switch (random.nextInt(3)) {
                    case 0 -> "{app=~\".+\"}";
                    case 1 -> "{app=\"a\"}";
                    default -> "{app=~\"b|c\"}";
                });
        int n = random.nextInt(5);
        for (int i = 0; i < n; i++) {
            query.append(STAGES[random.nextInt(random.nextBoolean() ? 16 : STAGES.length)]);
        }
        return query.toString();
    }

    private static String metric(RandomGenerator random) {
        String log = log(random);
        String range = " [" + (1 + random.nextInt(90)) + "s]";
        String by = new String[] {
                    "level", "app", "status", "detected_level", "level, app", "user", "pod, user_id", "trace", "msg"
                }
                [random.nextInt(9)];
        boolean errors = random.nextInt(4) == 0;
        String safe = errors ? "" : " | __error__=\"\"";
        String unwrap = new String[] {
                    "unwrap status", "unwrap duration(took)", "unwrap bytes(size)", "unwrap user_n", "unwrap ratio"
                }
                [random.nextInt(5)];
        return switch (random.nextInt(9)) {
            case 0 -> "sum(count_over_time(" + log + safe + range + "))";
            case 1 -> "sum by (" + by + ") (count_over_time(" + log + safe + range + "))";
            case 2 -> "sum by (" + by + ") (rate(" + log + safe + range + "))";
            case 3 -> "sum by (" + by + ") (bytes_over_time(" + log + safe + range + "))";
            case 4 -> "count_over_time({app=~\".+\"} |= \"level\"" + range + ")";
            case 5 -> "quantile_over_time(0.9, " + log + " | " + unwrap + safe + range + ") by (" + by + ")";
            case 6 -> "sum by (" + by + ") (sum_over_time(" + log + " | " + unwrap + safe + range + "))";
            case 7 -> "max_over_time(" + log + " | " + unwrap + safe + range + ") by (" + by + ")";
            default -> "absent_over_time(" + log + safe + range + ")";
        };
    }

    private static void compare(RandomGenerator random, QueryEngine lines, QueryEngine columns)
            throws InterruptedException {
        boolean metric = random.nextInt(3) > 0;
        String query = metric ? metric(random) : log(random);
        long from = START + random.nextInt(SECONDS / 2) * SECOND;
        var direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
        compare(query, from, 1 + random.nextInt(SECONDS), 1 + random.nextInt(60), direction, lines, columns);
    }

    private static void compare(
            String query, long from, int seconds, int step, Direction direction, QueryEngine lines, QueryEngine columns)
            throws InterruptedException {
        var range = new RangeQuery(query, from, from + seconds * SECOND, step * SECOND, 0, 5000, direction);
        var expected = answer(lines, range);
        var got = answer(columns, range);
        assertThat(got.keySet()).as(query).isEqualTo(expected.keySet());
        for (var entry : expected.entrySet()) {
            double value = entry.getValue();
            assertThat(got.get(entry.getKey()))
                    .as("%s at %s", query, entry.getKey())
                    .satisfiesAnyOf(
                            v -> assertThat(v).isEqualTo(value),
                            v -> assertThat(Math.abs(v - value)).isLessThanOrEqualTo(Math.abs(value) * 1e-9));
        }
    }

    /// Lines with how often they occur, or points with their values.
    private static TreeMap<String, Double> answer(QueryEngine engine, RangeQuery query) throws InterruptedException {
        var answer = new TreeMap<String, Double>();
        try {
            var unlimited = QueryContext.of(Tenant.FAKE);
            switch (engine.range(unlimited, query)) {
                case QueryResult.Streams streams -> {
                    for (var entry : streams.entries()) {
                        String text = entry.time() + " " + entry.labels() + " "
                                + new String(entry.line(), StandardCharsets.UTF_8);
                        answer.merge(text, 1.0, Double::sum);
                    }
                }
                case QueryResult.Matrix matrix -> {
                    for (var series : matrix.series()) {
                        for (int i = 0; i < series.times().length; i++) {
                            answer.put(series.times()[i] + " " + series.labels(), series.values()[i]);
                        }
                    }
                }
                case QueryResult.Vector _, QueryResult.Scalar _ ->
                    throw new AssertionError("no answer of a range query");
            }
        } catch (SigynException e) {
            String message = String.valueOf(e.getMessage());
            answer.put(message.startsWith("pipeline error") ? "pipeline error" : message, 0.0);
        }
        return answer;
    }

    @Test
    void theQueriesOfTheTestAreValid() {
        var problems = new ArrayList<String>();
        Property.forAll(300, (random, _) -> {
            for (String query : List.of(log(random), metric(random))) {
                try {
                    LogQl.parse(query);
                } catch (SigynException e) {
                    problems.add(query + ": " + e.getMessage());
                }
            }
        });
        assertThat(problems).isEmpty();
    }
}
