package sigyn.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.SigynException;

/// HTTP/1.1, h2c and WebSocket on one port, over Jetty, of which no other package knows. [Connector] reads connections,
/// [SlowBodies] ends slow requests, [ClientWatch] sees clients leave, [WebSocketPeer] runs WebSockets.
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int H2_STREAM_WINDOW = 4 << 20;
    /// More than a push may have by Loki's configuration: who sends one too large for this heap is told so.
    private static final int DRAINED_BYTES = 128 << 20;
    /// What nobody wants is read into, by all requests together.
    private static final byte[] THROWN_AWAY = new byte[8192];
    private static final int H2_SESSION_WINDOW = 16 << 20;

    private static final int LEAST_BYTES_PER_SECOND = 100;
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(8);
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long QUIET_AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Server server;
    private final ServerConnector connector;
    private final Adapter adapter;
    private final Pings pings;

    private HttpServer(Server server, ServerConnector connector, Adapter adapter, Pings pings) {
        this.server = server;
        this.connector = connector;
        this.adapter = adapter;
        this.pings = pings;
    }

    /// Listens on `host:port` (port 0: any free one) and answers with `handler` until closed.
    public static HttpServer start(String host, int port, Handler handler) {
        return start(host, port, null, handler);
    }

    /// The same; with `tls` over TLS and nothing else.
    public static HttpServer start(String host, int port, @Nullable Tls tls, Handler handler) {
        return start(host, port, tls, handler, System::nanoTime);
    }

    /// @param nanoTime by which waiting for bodies is measured
    public static HttpServer start(String host, int port, @Nullable Tls tls, Handler handler, LongSupplier nanoTime) {
        var pool = new QueuedThreadPool(64, 4);
        pool.setName("http-" + port);
        pool.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var server = new Server(pool);
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(256 << 10);
        http.setUriCompliance(UriCompliance.UNSAFE);
        // Otherwise `Content-Encoding: GZIP` would be seen as the `gzip` that the parser has cached.
        http.setHeaderCacheCaseSensitive(true);
        // Otherwise each connection keeps 100 KB from its second request on.
        http.setHeaderCacheSize(0);
        var connector = new Connector(server, tls == null ? plain(http) : encrypted(http, tls));
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(1024);
        // As in Loki; clients keep connections for up to half a minute and must not meet one that is just being closed.
        connector.setIdleTimeout(120_000);
        server.addConnector(connector);
        var context = new ContextHandler("/");
        var webSocket = WebSocketUpgradeHandler.from(server, context, container -> {
            container.setIdleTimeout(Duration.ZERO);
            container.setMaxTextMessageSize(1 << 20);
        });
        var pings = new Pings();
        var adapter = new Adapter(handler, pings);
        webSocket.setHandler(adapter);
        context.setHandler(webSocket);
        server.setHandler(new SlowBodies(context, LEAST_BYTES_PER_SECOND, nanoTime));
        server.setStopTimeout(5_000);
        try {
            server.start();
        } catch (Exception e) {
            pings.close();
            stop(server);
            throw new IllegalStateException("cannot listen on " + host + ":" + port + ": " + rootMessage(e), e);
        }
        return new HttpServer(server, connector, adapter, pings);
    }

    private static ConnectionFactory[] plain(HttpConfiguration http) {
        return new ConnectionFactory[] {
            new HttpConnectionFactory(http), windows(new HTTP2CServerConnectionFactory(http))
        };
    }

    private static ConnectionFactory[] encrypted(HttpConfiguration http, Tls tls) {
        http.addCustomizer(new SecureRequestCustomizer(false));
        var ssl = new SslContextFactory.Server();
        ssl.setKeyStore(tls.keys());
        ssl.setKeyStorePassword("");
        ssl.setSniRequired(false);
        if (tls.clientCa() != null) {
            ssl.setTrustStore(Tls.authorities(tls.clientCa()));
            ssl.setNeedClientAuth(tls.clientMust());
            ssl.setWantClientAuth(!tls.clientMust());
        }
        var alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
        alpn.setDefaultProtocol("http/1.1");
        return new ConnectionFactory[] {
            new SslConnectionFactory(ssl, alpn.getProtocol()),
            alpn,
            windows(new HTTP2ServerConnectionFactory(http)),
            new HttpConnectionFactory(http)
        };
    }

    private static AbstractHTTP2ServerConnectionFactory windows(AbstractHTTP2ServerConnectionFactory h2) {
        h2.setInitialStreamRecvWindow(H2_STREAM_WINDOW);
        h2.setInitialSessionRecvWindow(H2_SESSION_WINDOW);
        return h2;
    }

    /// The port it listens on.
    public int port() {
        return connector.getLocalPort();
    }

    /// Connections that are open now.
    public int connections() {
        return connector.getConnectedEndPoints().size();
    }

    /// Answers what has begun; what comes meanwhile gets 503 instead of a closed connection.
    @Override
    public void close() {
        adapter.draining = true;
        long start = System.nanoTime();
        while (!adapter.isDrained(start) && System.nanoTime() - start < DRAIN_NANOS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        pings.close();
        stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("stopping the HTTP server: {}", e.toString());
        }
    }

    private static String rootMessage(Throwable t) {
        Throwable root = t;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private static final class Adapter extends org.eclipse.jetty.server.Handler.Abstract {
        private final Handler handler;
        private final Pings pings;
        private final AtomicInteger inFlight = new AtomicInteger();
        private volatile boolean draining;
        private volatile long lastRefused;

        Adapter(Handler handler, Pings pings) {
            this.handler = handler;
            this.pings = pings;
            this.lastRefused = System.nanoTime();
        }

        /// Nothing is being answered, and nobody has asked for a moment or they have had their time.
        private boolean isDrained(long start) {
            long now = System.nanoTime();
            return inFlight.get() == 0
                    && now - start >= QUIET_NANOS
                    && (now - lastRefused >= QUIET_NANOS || now - start >= QUIET_AT_MOST_NANOS);
        }

        @Override
        public boolean handle(
                org.eclipse.jetty.server.Request in, org.eclipse.jetty.server.Response out, Callback callback) {
            if (draining) {
                lastRefused = System.nanoTime();
                drain(request(in));
                refuse(out, callback);
                return true;
            }
            inFlight.incrementAndGet();
            try {
                answer(in, out, callback);
            } finally {
                inFlight.decrementAndGet();
            }
            return true;
        }

        private static void refuse(org.eclipse.jetty.server.Response out, Callback callback) {
            var response = Response.text(503, "the server is shutting down\n")
                    .header("Retry-After", "1")
                    .header("Connection", "close");
            head(response, out);
            out.write(true, ByteBuffer.wrap(((Response.Bytes) response.body()).bytes()), callback);
        }

        private void answer(
                org.eclipse.jetty.server.Request in, org.eclipse.jetty.server.Response out, Callback callback) {
            Request request = request(in);
            Response response;
            var watch = new AtomicReference<@Nullable ClientWatch>();
            try {
                // What is left of the body would be taken for a sign of the client.
                request.watchedBy(gone -> {
                    if (drain(request)) {
                        watch.set(ClientWatch.start(in, gone));
                    }
                });
                response = handler.handle(request);
            } catch (Exception e) {
                LOG.error(
                        "unhandled failure of {} {}",
                        in.getMethod(),
                        in.getHttpURI().getPath(),
                        e);
                response = Response.text(500, "internal error\n");
            }
            ClientWatch watching = watch.get();
            if (watching != null && watching.end()) {
                response.header("Connection", "close");
            }
            if (!(response.body() instanceof Response.Upgrade)) {
                drain(request);
            }
            switch (response.body()) {
                case Response.Bytes(byte[] bytes) -> {
                    head(response, out);
                    out.write(true, ByteBuffer.wrap(bytes), callback);
                }
                case Response.Stream stream -> {
                    head(response, out);
                    write(stream, out, callback);
                }
                case Response.Upgrade(WebSocketEndpoint endpoint) -> upgrade(endpoint, in, out, callback);
            }
        }

        /// Reads what is left of a body that is not huge; true when it has come to its end. Over
        /// HTTP/1.1 closing would reset the connection, over HTTP/2 an answer before the end of the
        /// body resets the stream; some clients throw the answer away with it.
        private static boolean drain(Request request) {
            try {
                int n = 0;
                for (int left = DRAINED_BYTES; left > 0 && n >= 0; left -= n) {
                    n = request.body().read(THROWN_AWAY);
                }
                return n < 0;
            } catch (IOException | SigynException e) {
                LOG.debug("the rest of a body of {}: {}", request.rawPath(), e.toString());
                return false;
            }
        }

        private static Request request(org.eclipse.jetty.server.Request in) {
            var headers = new Headers();
            for (HttpField field : in.getHeaders()) {
                headers.add(field.getName(), field.getValue() == null ? "" : field.getValue());
            }
            var body = new RequestBody(Content.Source.asInputStream(in));
            String path = in.getHttpURI().getPath();
            return new Request(
                    in.getMethod(),
                    path == null || !path.startsWith("/") ? "/" : path,
                    in.getHttpURI().getQuery(),
                    headers,
                    body,
                    in.getLength(),
                    org.eclipse.jetty.server.Request.getRemoteAddr(in),
                    in.isSecure());
        }

        private static void head(Response response, org.eclipse.jetty.server.Response out) {
            out.setStatus(response.status());
            for (var field : response.headers().fields()) {
                out.getHeaders().add(field.name(), field.value());
            }
        }

        private static void write(Response.Stream stream, org.eclipse.jetty.server.Response out, Callback callback) {
            try (OutputStream to = Content.Sink.asOutputStream(out)) {
                stream.writeTo(to);
            } catch (IOException e) {
                callback.failed(e);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                callback.failed(e);
                return;
            } catch (RuntimeException e) {
                LOG.error("failure while an answer was being written", e);
                callback.failed(e);
                return;
            }
            callback.succeeded();
        }

        private void upgrade(
                WebSocketEndpoint endpoint,
                org.eclipse.jetty.server.Request in,
                org.eclipse.jetty.server.Response out,
                Callback callback) {
            var container = ServerWebSocketContainer.get(in.getContext());
            if (container == null) {
                throw new IllegalStateException("no WebSocket container");
            }
            boolean upgraded = container.upgrade((_, _, _) -> new WebSocketPeer(endpoint, pings), in, out, callback);
            if (!upgraded) {
                out.setStatus(400);
                out.getHeaders().add("Content-Type", "text/plain; charset=utf-8");
                out.write(
                        true,
                        ByteBuffer.wrap("Bad Request\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        callback);
            }
        }
    }
}
