package sigyn.server.auth;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sigyn.server.http.Filter;
import sigyn.server.http.Handler;
import sigyn.server.http.Request;
import sigyn.server.http.Response;

/// Refuses writes and WebSockets that another site's page makes a browser send. Programs send no `Origin` and pass.
public final class SameOrigin implements Filter {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final Set<String> ownHosts;

    public SameOrigin(AuthConfig config) {
        this.ownHosts = config.ownHosts();
    }

    @Override
    public Handler wrap(Handler next) {
        return request -> {
            boolean matters = !READING.contains(request.method()) || request.header("Upgrade") != null;
            if (matters && foreign(request)) {
                return Response.json(403, "{\"message\":\"origin not allowed\",\"statusCode\":403}");
            }
            return next.handle(request);
        };
    }

    private boolean foreign(Request request) {
        String origin = request.header("Origin");
        if (origin != null) {
            String host = hostOf(origin);
            return host == null || !(host.equals(own(request.header("Host"))) || ownHosts.contains(host));
        }
        String site = request.header("Sec-Fetch-Site");
        return site != null && !site.equals("same-origin") && !site.equals("none");
    }

    private static String own(@Nullable String host) {
        return host == null ? "" : host.toLowerCase(Locale.ROOT);
    }

    /// `host[:port]` of an origin, null for `null` and nonsense.
    static @Nullable String hostOf(String origin) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority == null ? null : authority.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
