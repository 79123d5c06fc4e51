package sigyn.server.api;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import sigyn.logql.exec.QueryStats;
import sigyn.model.Tenant;
import sigyn.server.http.Filter;
import sigyn.server.http.Handler;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.telemetry.Metrics;
import sigyn.server.telemetry.QueryMetrics.Asked;

/// Times every request under the name of its route: `/loki/api/v1/label/{name}/values` is
/// `loki_api_v1_label_name_values`. A push is also counted as the call to an ingester that it would be in a cluster.
final class MetricsFilter implements Filter {
    private static final double NANOS = 1e9;
    private static final Map<String, String> INDEX_OPERATIONS = Map.of(
            "loki_api_v1_labels", "label_names",
            "loki_api_v1_label", "label_names",
            "loki_api_v1_label_name_values", "label_values",
            "loki_api_v1_series", "series",
            "loki_api_v1_index_stats", "stats",
            "loki_api_v1_index_volume", "volume",
            "loki_api_v1_index_volume_range", "volume");

    private static final Set<String> QUERIES = Set.of("loki_api_v1_query", "loki_api_v1_query_range");
    private static final Set<String> PUSHES = Set.of("loki_api_v1_push", "api_prom_push", "otlp_v1_logs");

    private final Metrics metrics;
    private final Map<String, String> names = new ConcurrentHashMap<>();

    MetricsFilter(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Handler wrap(Handler next) {
        return request -> {
            long start = System.nanoTime();
            var under = new Inflight(request.method(), Math.max(0, request.contentLength()));
            request.whenRouted(under::begin);
            Response response;
            try {
                response = next.handle(request);
            } finally {
                under.end();
            }
            double seconds = (System.nanoTime() - start) / NANOS;
            String route = name(request.route());
            String socket = response.body() instanceof Response.Upgrade ? "true" : "false";
            metrics.requestSeconds
                    .labelValues(request.method(), route, Integer.toString(response.status()), socket)
                    .observe(seconds);
            if (request.contentLength() > 0) {
                metrics.requestBytes.labelValues(request.method(), route).observe((double) request.contentLength());
            }
            if (response.body() instanceof Response.Bytes(byte[] bytes)) {
                metrics.responseBytes.labelValues(request.method(), route).observe(bytes.length);
            }
            String operation = INDEX_OPERATIONS.get(route);
            if (operation != null) {
                metrics.indexSeconds
                        .labelValues(operation, Integer.toString(response.status()), "index-store")
                        .observe(seconds);
            }
            if (QUERIES.contains(route)) {
                query(request, route, response.status(), seconds);
            }
            if (PUSHES.contains(route)) {
                metrics.requestSeconds
                        .labelValues(
                                "gRPC", "/logproto.Pusher/Push", response.status() < 400 ? "success" : "error", "false")
                        .observe(seconds);
            }
            return response;
        };
    }

    private void query(Request request, String route, int status, double seconds) {
        var caller = request.attribute(Caller.class);
        var cost = request.attribute(QueryCost.class);
        var stats = cost == null ? QueryStats.NONE : cost.stats();
        metrics.queries.answered(new Asked(
                caller == null
                        ? List.of()
                        : caller.tenants().stream().map(Tenant::id).toList(),
                cost == null ? "" : cost.type,
                route.equals("loki_api_v1_query") ? "instant" : "range",
                status,
                seconds,
                stats.bytesProcessed(),
                stats.units()));
    }

    private String name(String template) {
        return template.isEmpty()
                ? "other"
                : names.computeIfAbsent(
                        template, t -> t.substring(1).replaceAll("[{}.]", "").replace('/', '_'));
    }

    /// A request from the moment that its route is known until its answer.
    private final class Inflight {
        private final String method;
        private final double size;
        private String route = "";

        Inflight(String method, double size) {
            this.method = method;
            this.size = size;
        }

        void begin(String template) {
            route = name(template);
            count(1);
            if (QUERIES.contains(route)) {
                metrics.queries.begins();
            }
        }

        void end() {
            if (route.isEmpty()) {
                return;
            }
            count(-1);
            if (QUERIES.contains(route)) {
                metrics.queries.ends();
            }
        }

        private void count(int by) {
            metrics.inflightRequests.labelValues(method, route).inc(by);
            if (PUSHES.contains(route)) {
                metrics.inflightBytes.inc(by * size);
            }
        }
    }
}
