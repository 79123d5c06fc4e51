package sigyn.bench;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// A dashboard of thirty panels that many people look at: each client asks all panels at once, and again after every
/// interval or as soon as the last panel has its answer, whichever is later. Prints latencies and every answer that was
/// not 200.
///
/// ```
/// DashboardLoad --url http://127.0.0.1:3100 --start NANOS --end NANOS [--clients 20] [--every 5] [--seconds 60]
///               [--clients-start spread|at-once]
/// ```
public final class DashboardLoad {
    private static final int PANELS = 30;
    private static final String[] QUERIES = {
        "sum by (level) (count_over_time({service=~\".+\"}[1m]))",
        "sum by (service) (rate({service=~\".+\"}[5m]))",
        "sum by (service) (count_over_time({service=~\".+\"} |= \"error\" [5m]))",
        "sum by (step) (count_over_time({service=\"model-deployment-orchestrator\"} | json | duration_ms > 100 [5m]))",
        "quantile_over_time(0.99, {service=\"api-gateway\"} | logfmt | unwrap duration(duration) [5m]) by (path)",
        "{service=~\".+\"} |= \"error\""
    };

    /// @param status 0 when there was no answer at all
    private record Asked(double millis, int status) {}

    private final String base;
    private final long start;
    private final long end;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private DashboardLoad(String base, long start, long end) {
        this.base = base;
        this.start = start;
        this.end = end;
    }

    public static void main(String[] args) throws Exception {
        var options = Options.of(args, 0);
        if (!options.keySet().containsAll(List.of("url", "start", "end"))) {
            throw new IllegalArgumentException("--url, --start and --end are wanted");
        }
        var load = new DashboardLoad(
                String.valueOf(options.get("url")),
                Long.parseLong(String.valueOf(options.get("start"))),
                Long.parseLong(String.valueOf(options.get("end"))));
        load.run(
                Integer.parseInt(options.getOrDefault("clients", "20")),
                Integer.parseInt(options.getOrDefault("every", "5")),
                Integer.parseInt(options.getOrDefault("seconds", "60")),
                options.getOrDefault("clients-start", "spread").equals("at-once"));
    }

    private void run(int clients, int everySeconds, int seconds, boolean atOnce) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        var all = new ArrayList<Asked>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<List<Asked>>>();
            long every = TimeUnit.SECONDS.toNanos(everySeconds);
            for (int c = 0; c < clients; c++) {
                long wait = atOnce ? 0 : c * every / clients;
                running.add(threads.submit(() -> look(wait, until, every)));
            }
            for (var one : running) {
                all.addAll(one.get());
            }
        }
        double[] millis = all.stream().mapToDouble(Asked::millis).sorted().toArray();
        var statuses = new TreeMap<Integer, Integer>();
        all.forEach(asked -> statuses.merge(asked.status, 1, Integer::sum));
        System.out.printf(
                Locale.ROOT,
                "panels asked %d  p50 %.0f ms  p95 %.0f ms  p99 %.0f ms  most %.0f ms  by status %s%n",
                millis.length,
                at(millis, 0.50),
                at(millis, 0.95),
                at(millis, 0.99),
                at(millis, 1),
                statuses);
    }

    private static double at(double[] sorted, double part) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, part * sorted.length)];
    }

    /// One client's refreshes until the time is over.
    private List<Asked> look(long wait, long until, long every) throws Exception {
        TimeUnit.NANOSECONDS.sleep(wait);
        var all = new ArrayList<Asked>();
        try (var panels = Executors.newVirtualThreadPerTaskExecutor()) {
            while (System.nanoTime() < until) {
                long begun = System.nanoTime();
                var asking = new ArrayList<Callable<Asked>>();
                for (int p = 0; p < PANELS; p++) {
                    int panel = p;
                    asking.add(() -> ask(panel));
                }
                for (var answer : panels.invokeAll(asking)) {
                    all.add(answer.get());
                }
                TimeUnit.NANOSECONDS.sleep(Math.max(0, begun + every - System.nanoTime()));
            }
        }
        return all;
    }

    private Asked ask(int panel) throws InterruptedException {
        String query = QUERIES[panel % QUERIES.length];
        // Panels of one query differ in their range, as the rows of a dashboard do.
        long from = start + (end - start) / 8 * (panel / QUERIES.length);
        String parameters = "query=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&start=" + from + "&end="
                + end + "&limit=100&step=60";
        long begun = System.nanoTime();
        int status;
        try {
            var request = HttpRequest.newBuilder(URI.create(base + "/loki/api/v1/query_range?" + parameters))
                    .build();
            status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (java.io.IOException e) {
            status = 0;
        }
        return new Asked((System.nanoTime() - begun) / 1e6, status);
    }
}
