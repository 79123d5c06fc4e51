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

    private final Metrics metrics;
    private final Map<String, String> names = new ConcurrentHashMap<>();

    MetricsFilter(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Handler wrap(Handler next) {
        return request -> {
            long start = System.nanoTime();
            var response = next.handle(request);
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
