package sigyn.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// An answer: status, header fields and a body of known bytes, a body written as it goes, or an upgrade to WebSocket.
public record Response(int status, Headers headers, Body body) {
    public sealed interface Body {}

    public record Bytes(byte[] bytes) implements Body {}

    /// Written to the client while it is made; the length is not known before.
    @FunctionalInterface
    public non-sealed interface Stream extends Body {
        void writeTo(OutputStream out) throws IOException, InterruptedException;
    }

    /// The connection becomes a WebSocket that this endpoint serves.
    public record Upgrade(WebSocketEndpoint endpoint) implements Body {}

    private static final Bytes EMPTY = new Bytes(new byte[0]);

    public static Response of(int status) {
        return new Response(status, new Headers(), EMPTY);
    }

    public static Response of(int status, String contentType, byte[] body) {
        return new Response(status, new Headers().add("Content-Type", contentType), new Bytes(body));
    }

    public static Response text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    public static Response json(int status, String json) {
        return of(status, "application/json; charset=UTF-8", json.getBytes(StandardCharsets.UTF_8));
    }

    public static Response stream(int status, String contentType, Stream body) {
        return new Response(status, new Headers().add("Content-Type", contentType), body);
    }

    public static Response upgrade(WebSocketEndpoint endpoint) {
        return new Response(101, new Headers(), new Upgrade(endpoint));
    }

    public Response header(String name, String value) {
        headers.set(name, value);
        return this;
    }

    public @Nullable String header(String name) {
        return headers.first(name);
    }
}
