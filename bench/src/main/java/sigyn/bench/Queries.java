package sigyn.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Eleven queries over the whole range of a [Workload], each asked several times, and as often again once it is warm.
/// The range moves by a millisecond between runs, so that no answer comes from a cache of whole answers.
final class Queries {
    /// One query's cost: first (cold) latency, the median of the runs that begin with it, as reference figures were
    /// taken, and of those after them; of the first runs the median that the server says it took to find the answer
    /// (NaN where it does not) and server CPU per run; and a figure of the answer to compare.
    record Result(
            String name,
            double firstMillis,
            double medianMillis,
            double warmMillis,
            double serverMillis,
            double cpuSecondsPerRun,
            String answer) {}

    private record Query(String name, String logql, String step) {}

    private static final Pattern ENTRY = Pattern.compile("\\[\"[0-9]{19}\",\"");
    private static final Pattern POINT = Pattern.compile("\\[[0-9.]+,\"([0-9.eE+-]+)\"\\]");
    private static final Pattern SERVER_SECONDS = Pattern.compile("\"execTime\":([0-9.eE+-]+)");
    private static final int NEEDLE = 7;

    private Queries() {}

    static List<Result> run(URI base, ServerProcess server, Workload.Facts facts, int runs)
            throws IOException, InterruptedException {
        String needle = facts.needles().get(NEEDLE);
        String json = "{service=\"model-deployment-orchestrator\"}";
        var queries = List.of(
                new Query("needle-all", "{service=~\".+\"} |= \"" + needle + "\"", ""),
                new Query("needle-absent", "{service=~\".+\"} |= \"zqx-no-such-token-91\"", ""),
                new Query("substr-mid-token", "{service=~\".+\"} |= \"" + needle.substring(9, 21) + "\"", ""),
                new Query(
                        "regex-one-service",
                        "{service=\"openssh\"} |~ `Failed password for (invalid user )?r[a-z]+t from 10\\.[0-9]+\\.2`",
                        ""),
                new Query("regex-all-absent", "{service=~\".+\"} |~ `x[0-9]{4}zz[a-f]+q`", ""),
                new Query("latest-1000", json, ""),
                new Query("count-by-level", "sum by (level) (count_over_time({service=~\".+\"}[1m]))", "60s"),
                new Query(
                        "rate-filtered",
                        "sum by (service) (count_over_time({service=~\".+\"} |= \"error\" [5m]))",
                        "300s"),
                new Query(
                        "json-agg",
                        "sum by (step) (count_over_time(" + json + " | json | duration_ms > 100 [5m]))",
                        "300s"),
                new Query(
                        "logfmt-quantile",
                        "quantile_over_time(0.99, {service=\"api-gateway\"} | logfmt | unwrap duration(duration) [5m]) by (path)",
                        "300s"),
                new Query("trace-id-json", json + " | json | error_code = 503 | model_id = \"model33\"", ""));
        var results = new ArrayList<Result>();
        try (var client = WarmClient.open()) {
            for (var query : queries) {
                results.add(measure(client, base, server, facts, query, runs));
            }
        }
        return results;
    }

    private static Result measure(
            HttpClient client, URI base, ServerProcess server, Workload.Facts facts, Query query, int runs)
            throws IOException, InterruptedException {
        double[] millis = new double[runs];
        double[] warmMillis = new double[runs];
        double[] serverMillis = new double[runs];
        double cpu = server.cpuSeconds();
        String answer = "";
        double cpuOfFirst = 0;
        for (int i = 0; i < 2 * runs; i++) {
            long start = facts.startNanos() + i * 1_000_000L;
            long end = facts.endNanos() + 2_000_000_000L + i * 1_000_000L;
            String parameters = "query=" + URLEncoder.encode(query.logql(), StandardCharsets.UTF_8) + "&start=" + start
                    + "&end=" + end + "&limit=1000&direction=backward"
                    + (query.step().isEmpty() ? "" : "&step=" + query.step());
            var request = HttpRequest.newBuilder(base.resolve("/loki/api/v1/query_range?" + parameters))
                    .build();
            long begun = System.nanoTime();
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            double took = (System.nanoTime() - begun) / 1e6;
            if (i < runs) {
                millis[i] = took;
                serverMillis[i] = serverMillis(response.body());
                cpuOfFirst = server.cpuSeconds() - cpu;
            } else {
                warmMillis[i - runs] = took;
            }
            answer = response.statusCode() == 200
                    ? figure(response.body(), query.step().isEmpty())
                    : "HTTP " + response.statusCode() + " " + response.body();
        }
        double first = millis[0];
        return new Result(
                query.name(),
                first,
                median(millis),
                median(warmMillis),
                median(serverMillis),
                cpuOfFirst / runs,
                answer);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static double serverMillis(String body) {
        var said = SERVER_SECONDS.matcher(body);
        return said.find() ? Double.parseDouble(said.group(1)) * 1e3 : Double.NaN;
    }

    private static String figure(String body, boolean entries) {
        if (entries) {
            return "entries=" + ENTRY.matcher(body).results().count();
        }
        double sum = 0;
        long points = 0;
        var matcher = POINT.matcher(body);
        while (matcher.find()) {
            sum += Double.parseDouble(matcher.group(1));
            points++;
        }
        return String.format(Locale.ROOT, "sum=%.3f points=%d", sum, points);
    }
}
