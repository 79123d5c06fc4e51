package sigyn.server.dashboards.wire;

import sigyn.server.http.Response;
import tools.jackson.databind.node.ObjectNode;

/// A request that is answered with an error status: Grafana's `{"message": …}`, with more keys where Grafana has them.
public final class Refusal extends RuntimeException {
    private final int status;
    private final ObjectNode more = Json.object();

    public Refusal(int status, String message) {
        super(message);
        this.status = status;
    }

    public static Refusal badRequest(String message) {
        return new Refusal(400, message);
    }

    public static Refusal notFound(String message) {
        return new Refusal(404, message);
    }

    public static Refusal conflict(String message) {
        return new Refusal(409, message);
    }

    public Refusal with(String key, String value) {
        more.put(key, value);
        return this;
    }

    public int status() {
        return status;
    }

    public Response response() {
        var body = Json.object();
        body.put("message", getMessage());
        body.setAll(more);
        body.put("statusCode", status);
        return Json.response(status, body);
    }
}
