package sigyn.server.grpc;

import io.grpc.ServerServiceDefinition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.server.http.Handler;
import sigyn.server.http.Headers;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.ingest.ProtoReader;
import sigyn.server.ingest.ProtoWriter;

/// `httpgrpc.HTTP/Handle`: any request of the HTTP API as a message.
final class HttpOverGrpc {
    private static final String NAME = "httpgrpc.HTTP";

    private HttpOverGrpc() {}

    static ServerServiceDefinition service(boolean authEnabled, Handler http) {
        var service = ServerServiceDefinition.builder(NAME);
        Calls.unary(service, NAME + "/Handle", authEnabled, (tenant, message) -> handle(tenant, message, http));
        return service.build();
    }

    private static byte[] handle(Tenant tenant, byte[] message, Handler http) throws Exception {
        String method = "GET";
        String url = "/";
        var headers = new Headers();
        byte[] body = {};
        var in = new ProtoReader(message, 0, message.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> method = in.text();
                case 2 -> url = in.text();
                case 3 -> header(in.message(), headers);
                case 4 -> body = in.copy();
                default -> in.skip();
            }
        }
        headers.set("X-Scope-OrgID", tenant.id());
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw SigynException.badRequest("invalid URL: " + e.getMessage());
        }
        String path = uri.getRawPath() == null || !uri.getRawPath().startsWith("/") ? "/" : uri.getRawPath();
        var response = http.handle(new Request(
                method, path, uri.getRawQuery(), headers, new ByteArrayInputStream(body), body.length, "", false));
        return answer(response);
    }

    private static void header(ProtoReader in, Headers headers) {
        String name = "";
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> name = in.text();
                case 2 -> headers.add(name, in.text());
                default -> in.skip();
            }
        }
    }

    private static byte[] answer(Response response) throws Exception {
        var out = new ProtoWriter().number(1, response.status());
        for (var field : response.headers().fields()) {
            out.message(2, new ProtoWriter().text(1, field.name()).text(2, field.value()));
        }
        byte[] body = switch (response.body()) {
            case Response.Bytes(byte[] bytes) -> bytes;
            case Response.Stream stream -> {
                var bytes = new ByteArrayOutputStream();
                stream.writeTo(bytes);
                yield bytes.toByteArray();
            }
            case Response.Upgrade _ -> "a WebSocket needs HTTP of its own\n".getBytes(StandardCharsets.UTF_8);
        };
        return out.bytes(3, body).toBytes();
    }
}
