package sigyn.server.dashboards.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Headers;
import sigyn.server.http.Params;
import sigyn.server.http.Request;

/// A request to a source after a [ReadPolicy] was applied to its parameters.
///
/// @param rawQuery the query string to send
public record NarrowedRequest(Request request, @Nullable String rawQuery) {
    private static final int LONGEST_FORM = 1 << 20;

    /// @param path below the data source, percent-encoded
    public static NarrowedRequest of(Request request, String path, ReadPolicy policy) throws IOException {
        String plain = Params.percentDecode(path, false);
        return switch (request.method()) {
            case "GET" -> new NarrowedRequest(request, text(policy.narrow(plain, request.query())));
            case "POST" -> post(request, plain, policy);
            default -> throw new Refusal(403, "a read policy applies to you: you may only read");
        };
    }

    private static NarrowedRequest post(Request request, String plain, ReadPolicy policy) throws IOException {
        String type = request.headers().firstOr("Content-Type", "").toLowerCase(Locale.ROOT);
        if (!type.startsWith("application/x-www-form-urlencoded") || request.header("Content-Encoding") != null) {
            throw new Refusal(403, "a read policy applies to you: send a form or use GET");
        }
        byte[] form = request.body().readNBytes(LONGEST_FORM + 1);
        if (form.length > LONGEST_FORM) {
            throw new Refusal(413, "form is larger than " + (LONGEST_FORM >> 20) + " MiB");
        }
        var asked = Params.parse(new String(form, StandardCharsets.UTF_8)).then(request.query());
        byte[] body = text(policy.narrow(plain, asked)).getBytes(StandardCharsets.UTF_8);
        var headers = new Headers();
        for (var field : request.headers().fields()) {
            if (!field.name().equalsIgnoreCase("Content-Length")) {
                headers.add(field.name(), field.value());
            }
        }
        var narrowed = new Request(
                "POST",
                request.rawPath(),
                null,
                headers,
                new ByteArrayInputStream(body),
                body.length,
                request.remoteAddress(),
                request.secure());
        return new NarrowedRequest(narrowed.inPlaceOf(request), null);
    }

    private static String text(Params params) {
        var text = new StringBuilder();
        params.pairs().forEach(pair -> SourceProxy.append(text, pair.name(), pair.value()));
        return text.toString();
    }
}
