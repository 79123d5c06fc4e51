package sigyn.server.dashboards.web;

import sigyn.server.http.Filter;
import sigyn.server.http.Handler;
import sigyn.server.http.Response;

/// Puts on every answer what keeps a browser from loading anything from elsewhere, running anything in it, or showing
/// us inside another site. An answer that brings a policy of its own keeps it.
public final class SecurityHeaders implements Filter {
    private final boolean embedding;

    /// @param embedding whether other sites may show us in a frame
    public SecurityHeaders(boolean embedding) {
        this.embedding = embedding;
    }

    @Override
    public Handler wrap(Handler next) {
        return request -> {
            Response response = next.handle(request);
            if (response.header("Content-Security-Policy") == null) {
                response.header(
                        "Content-Security-Policy",
                        "default-src 'none'; frame-ancestors " + (embedding ? "*" : "'none'"));
            }
            response.header("X-Content-Type-Options", "nosniff");
            response.header("Referrer-Policy", "same-origin");
            response.header("Cross-Origin-Resource-Policy", "same-origin");
            if (!embedding) {
                response.header("X-Frame-Options", "DENY");
                response.header("Cross-Origin-Opener-Policy", "same-origin");
            }
            if (response.header("Cache-Control") == null) {
                response.header("Cache-Control", "no-store");
            }
            return response;
        };
    }

    /// The policy of a page: everything from our own origin, styles also with this answer's nonce.
    static String page(String nonce, boolean embedding) {
        return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + nonce + "'; img-src 'self' data:;"
                + " font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'self';"
                + " form-action 'self'; frame-ancestors " + (embedding ? "*" : "'none'");
    }
}
