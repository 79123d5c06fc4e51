package sigyn.server.dashboards;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Handler;
import sigyn.server.http.Request;
import sigyn.server.http.Response;

/// A log server whose counts a test sets: one series per service, and lines when it is asked for lines.
final class AlertSource implements Handler {
    /// Errors by service.
    final Map<String, String> counts = new ConcurrentHashMap<>();
    final ConcurrentLinkedQueue<String> lineQueries = new ConcurrentLinkedQueue<>();
    volatile int status = 200;
    volatile String warning = "";

    @Override
    public Response handle(Request request) {
        String query = request.query().firstOr("query", "");
        if (!request.path().contains("/query")) {
            return Response.of(404);
        }
        if (status != 200) {
            return Response.text(status, "the source is ill");
        }
        var answer = Json.object().put("status", "success");
        if (!warning.isEmpty()) {
            answer.putArray("warnings").add(warning);
        }
        var data = answer.putObject("data");
        var result = Json.array();
        if (request.path().endsWith("/query")) {
            data.put("resultType", "vector");
            counts.forEach((service, count) -> {
                var series = result.addObject();
                series.putObject("metric").put("service", service);
                series.putArray("value").add(1).add(count);
            });
        } else {
            lineQueries.add(query);
            data.put("resultType", "streams");
            var stream = result.addObject();
            stream.putObject("stream").put("level", "ERROR");
            for (String line : List.of("third", "second", "first")) {
                stream.withArray("values").addArray().add("1700000000000000000").add(line);
            }
        }
        data.set("result", result);
        return Json.ok(answer);
    }
}
