package sigyn.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs an endpoint on a virtual thread while its connection is open. Public, so that Jetty can call it.
public final class WebSocketPeer implements Session.Listener.AutoDemanding, WebSocketEndpoint.Peer {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketPeer.class);

    private final WebSocketEndpoint endpoint;
    private final Pings pings;
    private final AtomicReference<@Nullable Thread> runner = new AtomicReference<>();
    private final AtomicBoolean pinging = new AtomicBoolean();
    private volatile @Nullable Session session;
    private volatile boolean spoke;

    WebSocketPeer(WebSocketEndpoint endpoint, Pings pings) {
        this.endpoint = endpoint;
        this.pings = pings;
    }

    @Override
    public void onWebSocketOpen(Session opened) {
        session = opened;
        runner.set(Thread.ofVirtual().name("websocket").start(this::run));
    }

    private void run() {
        pings.add(this);
        try {
            endpoint.open(this);
            close(1000, "");
        } catch (InterruptedException | IOException e) {
            close(1001, "");
        } catch (RuntimeException e) {
            LOG.error("failure of a WebSocket endpoint", e);
            close(1011, "internal error");
        } finally {
            pings.remove(this);
        }
    }

    @Override
    public void onWebSocketClose(int code, String reason, Callback callback) {
        interruptRunner();
        callback.succeed();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        interruptRunner();
    }

    private void interruptRunner() {
        Thread thread = runner.get();
        if (thread != null && thread != Thread.currentThread()) {
            thread.interrupt();
        }
    }

    @Override
    public void send(String text) throws IOException, InterruptedException {
        Session s = session;
        if (s == null || !s.isOpen()) {
            throw new IOException("the WebSocket is closed");
        }
        spoke = true;
        var sent = new CompletableFuture<Void>();
        s.sendText(text, Callback.from(() -> sent.complete(null), sent::completeExceptionally));
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new IOException("sending to a WebSocket", e);
        }
    }

    /// Sends a ping when nothing was sent since this was called last, and waits for nothing.
    void pingWhenQuiet() {
        Session s = session;
        if (spoke) {
            spoke = false;
        } else if (s != null && s.isOpen() && pinging.compareAndSet(false, true)) {
            s.sendPing(ByteBuffer.allocate(0), Callback.from(() -> pinging.set(false), _ -> pinging.set(false)));
        }
    }

    @Override
    public void close(int code, String reason) {
        Session s = session;
        if (s != null) {
            s.close(code, reason, Callback.NOOP);
        }
    }
}
