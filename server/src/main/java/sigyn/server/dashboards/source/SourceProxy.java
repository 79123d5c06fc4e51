package sigyn.server.dashboards.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import sigyn.model.SigynException;
import sigyn.server.dashboards.store.Datasource;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Handler;
import sigyn.server.http.Headers;
import sigyn.server.http.Params;
import sigyn.server.http.Request;
import sigyn.server.http.Response;

/// Passes requests on to data sources.
public final class SourceProxy implements AutoCloseable {
    private static final Set<String> TO_SOURCE = Set.of(
            "accept",
            "accept-encoding",
            "content-type",
            "content-encoding",
            "x-query-tags",
            "x-loki-response-encoding-flags",
            "x-loki-query-limits-context",
            "user-agent");
    private static final Set<String> WEBSOCKET = Set.of(
            "upgrade",
            "connection",
            "sec-websocket-key",
            "sec-websocket-version",
            "sec-websocket-extensions",
            "sec-websocket-protocol");
    private static final Set<String> FROM_SOURCE =
            Set.of("content-type", "content-encoding", "etag", "last-modified", "retry-after", "content-disposition");

    private final Handler logs;
    private final int logPort;
    private final Set<String> selfAliases;
    private final Duration timeout;
    private final ExecutorService executor;
    private @Nullable HttpClient client;

    /// @param logs serves the sources that are ourselves
    public SourceProxy(Handler logs, int logPort, Set<String> selfAliases, Duration timeout) {
        this.logs = logs;
        this.logPort = logPort;
        this.selfAliases = selfAliases;
        this.timeout = timeout;
        this.executor = Executors.newVirtualThreadPerTaskExecutor();
    }

    /// Made when it is first needed: it costs a cold JVM 0.3 s, and those who have only our own logs never need it.
    private synchronized HttpClient client() {
        HttpClient there = client;
        if (there == null) {
            there = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(Duration.ofSeconds(10))
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(executor)
                    .build();
            client = there;
        }
        return there;
    }

    /// Whether the source is the log server of this very program.
    public boolean isSelf(Datasource datasource) {
        if (!datasource.loki()) {
            return false;
        }
        try {
            var url = URI.create(datasource.url().strip());
            String host = url.getHost();
            return host != null
                    && "http".equalsIgnoreCase(url.getScheme())
                    && selfAliases.contains(host.toLowerCase(Locale.ROOT))
                    && (url.getPort() == logPort || url.getPort() == 3100);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// Sends the request to `path` (percent-encoded, without a slash in front) below the source's URL.
    public Response forward(Datasource datasource, Request request, String path, @Nullable String rawQuery)
            throws Exception {
        refuseEscapes(path);
        boolean webSocket = "websocket".equalsIgnoreCase(request.headers().firstOr("Upgrade", ""));
        var headers = headers(datasource, request, webSocket);
        String base = basePath(datasource);
        if (isSelf(datasource)) {
            var inner = new Request(
                    request.method(),
                    base + "/" + path,
                    rawQuery,
                    headers,
                    request.body(),
                    request.contentLength(),
                    request.remoteAddress(),
                    request.secure());
            return contained(logs.handle(inner.inPlaceOf(request)));
        }
        String target = origin(datasource) + base + "/" + path + (rawQuery == null ? "" : "?" + rawQuery);
        URI uri;
        try {
            uri = URI.create(target);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("data source url or path is invalid");
        }
        return webSocket
                ? Response.upgrade(new TailBridge(client(), uri, headers))
                : remote(datasource, request, uri, headers);
    }

    /// A GET of our own to the source; the whole answer in memory.
    public Answer get(Datasource datasource, String path, String rawQuery, Headers more) throws Exception {
        var asked = new Headers().add("Accept", "application/json");
        more.fields().forEach(f -> asked.add(f.name(), f.value()));
        var request = new Request(
                "GET", "/" + path, rawQuery, asked, new ByteArrayInputStream(new byte[0]), 0, "127.0.0.1", false);
        var response = forward(datasource, request, path, rawQuery);
        return switch (response.body()) {
            case Response.Bytes(byte[] bytes) -> new Answer(response.status(), bytes);
            case Response.Stream stream -> {
                var out = new java.io.ByteArrayOutputStream();
                stream.writeTo(out);
                yield new Answer(response.status(), out.toByteArray());
            }
            case Response.Upgrade _ -> throw new AssertionError("upgrade of a plain request");
        };
    }

    /// Status and body of an answer.
    public record Answer(int status, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private Response remote(Datasource datasource, Request request, URI uri, Headers headers)
            throws InterruptedException {
        var out = HttpRequest.newBuilder(uri).timeout(timeout(datasource));
        headers.fields().forEach(f -> out.header(f.name(), f.value()));
        boolean hasBody = request.contentLength() > 0 || request.header("Transfer-Encoding") != null;
        out.method(
                request.method(),
                hasBody
                        ? HttpRequest.BodyPublishers.ofInputStream(request::body)
                        : HttpRequest.BodyPublishers.noBody());
        HttpResponse<InputStream> in;
        try {
            in = client().send(out.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (java.net.http.HttpTimeoutException e) {
            throw new Refusal(504, "data source " + datasource.name() + " did not answer in time");
        } catch (IOException e) {
            throw new Refusal(502, "data source " + datasource.name() + " cannot be reached: " + reason(e));
        }
        if (in.statusCode() >= 300 && in.statusCode() < 400 && in.statusCode() != 304) {
            throw new Refusal(502, "data source " + datasource.name() + " redirects elsewhere, which is not followed");
        }
        var kept = new Headers();
        in.headers().map().forEach((name, values) -> {
            if (FROM_SOURCE.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(v -> kept.add(name, v));
            }
        });
        return contained(new Response(in.statusCode(), kept, (Response.Stream) to -> {
            try (InputStream body = in.body()) {
                body.transferTo(to);
            }
        }));
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /// Whatever a source sends is data: a browser that is led to it must not run it.
    private static Response contained(Response response) {
        return response.header("Content-Security-Policy", "sandbox; default-src 'none'");
    }

    private Duration timeout(Datasource datasource) {
        var jsonData = Json.object(datasource.json(), "jsonData");
        long seconds = jsonData == null ? 0 : Json.number(jsonData, "timeout", 0);
        return seconds > 0 && seconds < 86_400 ? Duration.ofSeconds(seconds) : timeout;
    }

    private static Headers headers(Datasource datasource, Request request, boolean webSocket) {
        var headers = new Headers();
        for (var field : request.headers().fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (TO_SOURCE.contains(name) || webSocket && WEBSOCKET.contains(name)) {
                headers.add(field.name(), field.value());
            }
        }
        // a browser cannot give headers to a socket
        String flags = webSocket ? request.query().firstOr("encoding_flags", "") : "";
        if (!flags.isEmpty()) {
            headers.set("X-Loki-Response-Encoding-Flags", flags.replaceAll("[^a-z,-]", ""));
        }
        var jsonData = Json.object(datasource.json(), "jsonData");
        if (jsonData != null) {
            for (int i = 1; !Json.text(jsonData, "httpHeaderName" + i).isEmpty(); i++) {
                String value = datasource.secrets().getOrDefault("httpHeaderValue" + i, "");
                headers.set(Json.text(jsonData, "httpHeaderName" + i), value);
            }
        }
        if (Json.flag(datasource.json(), "basicAuth", false)) {
            String pair = Json.text(datasource.json(), "basicAuthUser") + ":"
                    + datasource.secrets().getOrDefault("basicAuthPassword", "");
            headers.set(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        return headers;
    }

    /// Adds a parameter to a query string.
    static void append(StringBuilder query, String name, String value) {
        query.append(query.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    private static String origin(Datasource datasource) {
        try {
            var url = URI.create(datasource.url().strip());
            String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
            if (url.getHost() != null && List.of("http", "https").contains(scheme)) {
                return scheme + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
            }
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("data source " + datasource.name() + " has no valid url");
        }
        throw Refusal.badRequest("data source " + datasource.name() + " has no http or https url");
    }

    private static String basePath(Datasource datasource) {
        String path = URI.create(datasource.url().strip()).getRawPath();
        return path == null ? "" : path.replaceAll("/+$", "");
    }

    /// Refuses paths that would leave the source's own: dots as a segment, plain or escaped, however often.
    static void refuseEscapes(String path) {
        String decoded = path;
        for (int round = 0; round < 3; round++) {
            boolean bad = decoded.contains("\\")
                    || decoded.chars().anyMatch(c -> c < 32 || c == 127)
                    || decoded.startsWith("/")
                    || java.util.Arrays.stream(decoded.split("[/;]", -1))
                            .anyMatch(s -> s.equals("..") || s.equals("."));
            if (bad) {
                throw Refusal.badRequest("path leaves the data source");
            }
            String next;
            try {
                next = Params.percentDecode(decoded, false);
            } catch (SigynException e) {
                if (round == 0) {
                    throw e;
                }
                return;
            }
            if (next.equals(decoded)) {
                return;
            }
            decoded = next;
            if (round == 2) {
                throw Refusal.badRequest("path is escaped too often");
            }
        }
    }

    @Override
    public synchronized void close() {
        HttpClient there = client;
        if (there != null) {
            there.shutdownNow();
        }
        executor.shutdownNow();
    }
}
