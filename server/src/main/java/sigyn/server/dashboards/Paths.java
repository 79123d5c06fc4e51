package sigyn.server.dashboards;

import sigyn.server.http.Filter;
import sigyn.server.http.Handler;
import sigyn.server.http.Request;
import sigyn.server.http.Response;

/// Makes paths what the routes expect: without the path we are served below, without a slash at the end of an API path,
/// GET for HEAD.
final class Paths implements Filter {
    private final String basePath;

    Paths(String basePath) {
        this.basePath = basePath;
    }

    @Override
    public Handler wrap(Handler next) {
        return request -> {
            String path = request.rawPath();
            if (!basePath.isEmpty() && (path.equals(basePath) || path.startsWith(basePath + "/"))) {
                path = path.substring(basePath.length());
                if (path.isEmpty()) {
                    return Response.of(302).header("Location", basePath + "/");
                }
            }
            if (path.startsWith("/api/") && path.endsWith("/") && !path.startsWith("/api/datasources/")) {
                path = path.replaceAll("/+$", "");
            }
            String method = request.method().equals("HEAD") ? "GET" : request.method();
            if (path.equals(request.rawPath()) && method.equals(request.method())) {
                return next.handle(request);
            }
            var plain = new Request(
                    method,
                    path,
                    request.rawQuery(),
                    request.headers(),
                    request.body(),
                    request.contentLength(),
                    request.remoteAddress(),
                    request.secure());
            return next.handle(plain.inPlaceOf(request));
        };
    }
}
