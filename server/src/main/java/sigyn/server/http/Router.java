package sigyn.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Picks a handler by method and path. A template is a path whose segments may be `{name}` (one segment, percent
/// escapes such as `%2F` inside it belong to it) and whose last may be `{name...}` (the rest). Earlier routes win.
public final class Router implements Handler {
    private record Route(String method, String path, String[] template, Handler handler) {}

    private final List<Route> routes = new ArrayList<>();
    private Handler notFound = _ -> Response.text(404, "404 page not found\n");

    /// `methods` is a comma list, for example `GET,POST`.
    public Router route(String methods, String template, Handler handler) {
        for (String method : methods.split(",")) {
            routes.add(new Route(method, template, template.substring(1).split("/", -1), handler));
        }
        return this;
    }

    public Router get(String template, Handler handler) {
        return route("GET", template, handler);
    }

    public Router otherwise(Handler handler) {
        notFound = handler;
        return this;
    }

    /// The templates of its routes.
    public Set<String> paths() {
        return routes.stream().map(Route::path).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Response handle(Request request) throws Exception {
        String[] segments = request.rawPath().substring(1).split("/", -1);
        boolean pathKnown = false;
        for (var route : routes) {
            var params = match(route.template(), segments);
            if (params == null) {
                continue;
            }
            pathKnown = true;
            if (route.method().equals(request.method())) {
                request.routed(route.path(), params);
                return route.handler().handle(request);
            }
        }
        return pathKnown ? Response.of(405) : notFound.handle(request);
    }

    private static @Nullable Map<String, String> match(String[] template, String[] segments) {
        var params = new HashMap<String, String>();
        for (int i = 0; i < template.length; i++) {
            String part = template[i];
            if (part.endsWith("...}")) {
                if (i >= segments.length) {
                    return null;
                }
                var rest = String.join("/", List.of(segments).subList(i, segments.length));
                params.put(part.substring(1, part.length() - 4), Params.percentDecode(rest, false));
                return params;
            }
            if (i >= segments.length) {
                return null;
            }
            if (part.startsWith("{")) {
                if (segments[i].isEmpty()) {
                    return null;
                }
                params.put(part.substring(1, part.length() - 1), Params.percentDecode(segments[i], false));
            } else if (!part.equals(segments[i])) {
                return null;
            }
        }
        return template.length == segments.length ? params : null;
    }
}
