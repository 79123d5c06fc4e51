package sigyn.server.http;

import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One request. `path` is percent-decoded, `rawPath` is as sent; the body can be read once.
///
/// Attributes carry what filters found out (the tenant, the user) to the handler, keyed by type.
public final class Request {
    private final String method;
    private final String rawPath;
    private final String path;
    private final @Nullable String rawQuery;
    private final Headers headers;
    private final InputStream body;
    private final long contentLength;
    private final String remoteAddress;
    private final boolean secure;
    private final Map<Class<?>, Object> attributes = new HashMap<>();
    private Map<String, String> pathParams = Map.of();
    private String route = "";
    private @Nullable Params query;
    private Consumer<Runnable> departure = _ -> {};
    private Consumer<String> routing = _ -> {};

    public Request(
            String method,
            String rawPath,
            @Nullable String rawQuery,
            Headers headers,
            InputStream body,
            long contentLength,
            String remoteAddress,
            boolean secure) {
        this.method = method;
        this.rawPath = rawPath;
        this.path = Params.percentDecode(rawPath, false);
        this.rawQuery = rawQuery;
        this.headers = headers;
        this.body = body;
        this.contentLength = contentLength;
        this.remoteAddress = remoteAddress;
        this.secure = secure;
    }

    /// The same request as seen by what is mounted at `prefix`, which its path begins with.
    public Request below(String prefix) {
        return new Request(
                method,
                rawPath.substring(prefix.length()),
                rawQuery,
                headers,
                body,
                contentLength,
                remoteAddress,
                secure);
    }

    public String method() {
        return method;
    }

    public String path() {
        return path;
    }

    public String rawPath() {
        return rawPath;
    }

    public @Nullable String rawQuery() {
        return rawQuery;
    }

    public Headers headers() {
        return headers;
    }

    public @Nullable String header(String name) {
        return headers.first(name);
    }

    public InputStream body() {
        return body;
    }

    /// Bytes announced by the client, -1 when it did not say.
    public long contentLength() {
        return contentLength;
    }

    public String remoteAddress() {
        return remoteAddress;
    }

    /// True when it came over TLS.
    public boolean secure() {
        return secure;
    }

    /// Runs `listener` when the client closes its connection, or gives up on this request, before it has the answer.
    /// What nobody has read of the body is read first, and gone.
    public void whenClientLeaves(Runnable listener) {
        departure.accept(listener);
    }

    /// This request stands for another, whose client is the one that may leave.
    public Request inPlaceOf(Request other) {
        departure = other::whenClientLeaves;
        return this;
    }

    void watchedBy(Consumer<Runnable> watch) {
        departure = watch;
    }

    /// The parameters of the URL.
    public Params query() {
        if (query == null) {
            query = Params.parse(rawQuery);
        }
        return query;
    }

    /// The part of the path that the route calls `{name}`, percent-decoded.
    public String pathParam(String name) {
        String value = pathParams.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        return value;
    }

    /// The template of the route that took the request, empty when none did.
    public String route() {
        return route;
    }

    /// Tells `listener` the template of the route before its handler begins.
    public void whenRouted(Consumer<String> listener) {
        routing = listener;
    }

    void routed(String template, Map<String, String> params) {
        this.route = template;
        this.pathParams = params;
        routing.accept(template);
    }

    public <T> void attribute(Class<T> key, T value) {
        attributes.put(key, value);
    }

    public <T> @Nullable T attribute(Class<T> key) {
        return key.cast(attributes.get(key));
    }
}
