package sigyn.server.dashboards.source;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import sigyn.server.http.Headers;
import sigyn.server.http.WebSocketEndpoint;

/// Carries a live tail from a remote source to the browser, message by message; the source is asked for the next one
/// only when there is room.
final class TailBridge implements WebSocketEndpoint {
    private static final int ROOM = 64;

    private final HttpClient client;
    private final URI uri;
    private final Headers headers;

    TailBridge(HttpClient client, URI uri, Headers headers) {
        this.client = client;
        this.uri = uri;
        this.headers = headers;
    }

    @Override
    public void open(Peer peer) throws IOException, InterruptedException {
        var listener = new Listener();
        var builder = client.newWebSocketBuilder();
        for (var field : headers.fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!name.startsWith("sec-websocket") && !name.equals("upgrade") && !name.equals("connection")) {
                builder.header(field.name(), field.value());
            }
        }
        String scheme = uri.getScheme().equals("https") ? "wss" : "ws";
        var target =
                URI.create(scheme + uri.toString().substring(uri.getScheme().length()));
        WebSocket source;
        try {
            source = builder.buildAsync(target, listener).get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            peer.close(1011, "data source cannot be tailed");
            return;
        }
        try {
            while (true) {
                Optional<String> message = listener.messages.take();
                source.request(1);
                if (message.isEmpty()) {
                    return;
                }
                peer.send(message.get());
            }
        } finally {
            source.abort();
        }
    }

    private static final class Listener implements WebSocket.Listener {
        private final BlockingQueue<Optional<String>> messages = new ArrayBlockingQueue<>(ROOM + 2);
        private final StringBuilder partial = new StringBuilder();

        @Override
        public void onOpen(WebSocket source) {
            source.request(ROOM / 2);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket source, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                end(Optional.of(partial.toString()));
                partial.setLength(0);
            } else {
                source.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket source, int code, String reason) {
            end(Optional.empty());
            return null;
        }

        @Override
        public void onError(WebSocket source, Throwable error) {
            end(Optional.empty());
        }

        private void end(Optional<String> message) {
            if (!messages.offer(message)) {
                throw new AssertionError("more messages than were asked for");
            }
        }
    }
}
