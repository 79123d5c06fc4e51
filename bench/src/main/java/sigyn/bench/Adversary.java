package sigyn.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Queries that want more than a small server has, while lines are pushed: groups by a unique id, selectors over
/// everything, huge unwraps, hopeless expressions. Beside them somebody asks a modest query again and again, first
/// alone, then among the others, then alone with as many lines as there are by then. Prints what each kind of query got
/// and how long the modest one took; ends with 1 when the server did not answer any more.
///
/// ```
/// Adversary --url http://127.0.0.1:3100 [--minutes 10] [--clients 4] [--lines-per-second 2000]
/// ```
public final class Adversary {
    /// Stands for a number that no other query has had.
    private static final String NUMBER = "NUMBER";

    private static final Map<String, String> HOSTILE = new TreeMap<>(Map.of(
            "group by a unique id", "sum by (id) (count_over_time({job=\"adversary\"} | json [1h]))",
            "all labels of all lines", "count_over_time({job=\"adversary\"} | json [1h])",
            "distinct ids", "count_distinct(id, {job=\"adversary\"} | json [1h])",
            "every line", "{job=~\".+\"}",
            "quantile of everything", "quantile_over_time(0.5, {job=\"adversary\"} | json | unwrap took [1h]) by (id)",
            "expression without a text", "count_over_time({job=~\".+\"} |~ `(([a-z0-9]+)+:)+$` [1h])",
            "lines made anew", "sum by (x) (count_over_time({job=\"adversary\"} | label_format x=`{{__line__}}` [1h]))",
            "sorted", "{job=\"adversary\"} | json | sort by took desc",
            "never the same",
                    "sum by (id) (count_over_time({job=\"adversary\"} | json | took!=\"" + NUMBER + "\" [1h]))"));

    private static final String MODEST = "sum(count_over_time({job=\"adversary\"} |= \"id77\" [5m]))";
    private static final long ALONE_SECONDS = 30;
    private static final long PAUSE_MILLIS = 200;

    private final String base;
    private final AtomicBoolean quiet = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong pushed = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    private final Map<String, Map<String, Integer>> outcomes = Collections.synchronizedMap(new TreeMap<>());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Adversary(String base) {
        this.base = base;
    }

    public static void main(String[] args) throws Exception {
        var options = Options.of(args, 0);
        String url = options.get("url");
        if (url == null) {
            throw new IllegalArgumentException("--url is wanted");
        }
        boolean lives = new Adversary(url)
                .run(
                        Double.parseDouble(options.getOrDefault("minutes", "10")),
                        Integer.parseInt(options.getOrDefault("clients", "4")),
                        Integer.parseInt(options.getOrDefault("lines-per-second", "2000")));
        System.exit(lives ? 0 : 1);
    }

    private boolean run(double minutes, int clients, int linesPerSecond) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var pushing = threads.submit(() -> push(linesPerSecond));
            double[] alone = modest(ALONE_SECONDS);
            var attacks = new ArrayList<Future<?>>();
            for (int c = 0; c < clients; c++) {
                int first = c;
                attacks.add(threads.submit(() -> attack(first)));
            }
            double[] among = modest((long) (minutes * 60));
            quiet.set(true);
            for (var attack : attacks) {
                attack.get();
            }
            double[] after = modest(ALONE_SECONDS);
            over.set(true);
            pushing.get();
            report("modest query alone, at the start", alone);
            report("modest query among the others", among);
            report("modest query alone, at the end", after);
        }
        outcomes.forEach((name, counts) -> System.out.println(name + ": " + counts));
        System.out.println("lines pushed: " + pushed.get());
        int ready = status("/ready");
        System.out.println("at the end /ready says " + ready);
        return ready == 200;
    }

    private static void report(String what, double[] millis) {
        System.out.printf(
                Locale.ROOT,
                "%s: asked %d, p50 %.0f ms, p99 %.0f ms%n",
                what,
                millis.length,
                millis[millis.length / 2],
                millis[(int) (millis.length * 0.99)]);
    }

    /// Asks the modest query for so long; latencies, sorted.
    private double[] modest(long seconds) throws InterruptedException {
        var millis = new ArrayList<Double>();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < until) {
            long begun = System.nanoTime();
            String outcome = ask(MODEST);
            millis.add((System.nanoTime() - begun) / 1e6);
            note("modest", outcome);
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private void attack(int first) {
        var names = List.copyOf(HOSTILE.keySet());
        for (int i = first; !quiet.get(); i++) {
            String name = names.get(i % names.size());
            String query = String.valueOf(HOSTILE.get(name));
            note(name, ask(query.replace(NUMBER, String.valueOf(asked.incrementAndGet()))));
        }
    }

    private void note(String name, String outcome) {
        outcomes.computeIfAbsent(name, _ -> Collections.synchronizedMap(new TreeMap<>()))
                .merge(outcome, 1, Integer::sum);
    }

    /// The status, and of a refusal the words up to the first number.
    private String ask(String query) {
        long now = System.currentTimeMillis() * 1_000_000;
        String parameters = "query=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&start="
                + (now - TimeUnit.HOURS.toNanos(1)) + "&end=" + now + "&limit=5000&step=10";
        try {
            var response = client.send(
                    HttpRequest.newBuilder(URI.create(base + "/loki/api/v1/query_range?" + parameters))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (var body = response.body()) {
                byte[] head = body.readNBytes(120);
                body.skip(Long.MAX_VALUE);
                return response.statusCode() == 200
                        ? "200"
                        : response.statusCode() + " "
                                + new String(head, StandardCharsets.UTF_8).split("[0-9(]", 2)[0].strip();
            }
        } catch (IOException e) {
            return "no answer: " + e.getClass().getSimpleName();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private int status(String path) throws InterruptedException {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create(base + path)).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /// JSON lines with an id each, from forty streams, until the end.
    private boolean push(int linesPerSecond) throws InterruptedException {
        long number = 0;
        while (!over.get()) {
            long begun = System.nanoTime();
            var body = new StringBuilder("{\"streams\":[");
            int perStream = Math.max(1, linesPerSecond / 40);
            for (int s = 0; s < 40; s++) {
                body.append(s == 0 ? "" : ",")
                        .append("{\"stream\":{\"job\":\"adversary\",\"pod\":\"p")
                        .append(s)
                        .append("\"},\"values\":[");
                long now = System.currentTimeMillis() * 1_000_000;
                for (int i = 0; i < perStream; i++) {
                    number++;
                    body.append(i == 0 ? "" : ",")
                            .append("[\"")
                            .append(now + i)
                            .append("\",\"{\\\"id\\\":\\\"id")
                            .append(Long.toString(number * 2_654_435_761L & 0xffffffffL, 36))
                            .append("\\\",\\\"took\\\":")
                            .append(number % 977)
                            .append(",\\\"text\\\":\\\"request done for a client that asks for much\\\"}\"]");
                }
                body.append("]}");
            }
            try {
                int status = client.send(
                                HttpRequest.newBuilder(URI.create(base + "/loki/api/v1/push"))
                                        .header("Content-Type", "application/json")
                                        .POST(HttpRequest.BodyPublishers.ofString(
                                                body.append("]}").toString()))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                pushed.addAndGet(status == 204 ? perStream * 40L : 0);
                note("push", String.valueOf(status));
            } catch (IOException e) {
                note("push", "no answer: " + e.getClass().getSimpleName());
            }
            TimeUnit.NANOSECONDS.sleep(Math.max(0, begun + TimeUnit.SECONDS.toNanos(1) - System.nanoTime()));
        }
        return true;
    }
}
