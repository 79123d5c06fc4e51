package sigyn.server.api;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import sigyn.server.http.Filter;
import sigyn.server.http.Handler;
import sigyn.server.http.Response;
import sigyn.server.telemetry.Metrics;

/// Times every request under the name of its route: `/loki/api/v1/label/{name}/values` is
/// `loki_api_v1_label_name_values`.
/// A push is also counted as the call to an ingester that it would be in a cluster.
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

    private final Metrics metrics;
    private final Map<String, String> names = new ConcurrentHashMap<>();

    MetricsFilter(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Handler wrap(Handler next) {
        return request -> {
            long start = System.nanoTime();
            double size = Math.max(0, request.contentLength());
            var inflight = metrics.inflightRequests.labelValues(request.method(), "");
            inflight.inc();
            metrics.inflightBytes.inc(size);
            Response response;
            try {
                response = next.handle(request);
            } finally {
                inflight.dec();
                metrics.inflightBytes.dec(size);
            }
            double seconds = (System.nanoTime() - start) / NANOS;
            String route =
                    request.route().isEmpty() ? "other" : names.computeIfAbsent(request.route(), MetricsFilter::name);
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
            if (route.equals("loki_api_v1_query") || route.equals("loki_api_v1_query_range")) {
                metrics.querySeconds
                        .labelValues(
                                Integer.toString(response.status()),
                                "",
                                route.equals("loki_api_v1_query") ? "instant" : "range")
                        .observe(seconds);
            }
            if (route.equals("loki_api_v1_push")) {
                metrics.requestSeconds
                        .labelValues(
                                "gRPC", "/logproto.Pusher/Push", response.status() < 400 ? "success" : "error", "false")
                        .observe(seconds);
            }
            return response;
        };
    }

    private static String name(String template) {
        return template.substring(1).replaceAll("[{}.]", "").replace('/', '_');
    }
}
