package sigyn.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Compresses answers for clients that ask for gzip, on the way out: no second copy of an answer is made.
public final class GzipFilter implements Filter {
    private static final int SMALLEST = 1024;
    private static final int BUFFER = 32 << 10;

    @Override
    public Handler wrap(Handler next) {
        return request -> {
            var response = next.handle(request);
            if (response.header("Content-Encoding") != null) {
                return response;
            }
            return switch (response.body()) {
                case Response.Bytes(byte[] bytes)
                when bytes.length >= SMALLEST -> compressed(request, response, out -> out.write(bytes));
                case Response.Stream stream -> compressed(request, response, stream);
                case Response.Bytes _, Response.Upgrade _ -> response;
            };
        };
    }

    private static Response compressed(Request request, Response response, Response.Stream body) {
        response.header("Vary", "Accept-Encoding");
        if (!accepts(request)) {
            return response;
        }
        response.header("Content-Encoding", "gzip");
        return new Response(response.status(), response.headers(), (Response.Stream) out -> {
            var zip = new Fast(out);
            body.writeTo(zip);
            zip.finish();
        });
    }

    /// True when the client takes gzip: it names it, or anything, without giving it the weight 0.
    public static boolean accepts(Request request) {
        for (var field : request.headers().fields()) {
            if (field.name().equalsIgnoreCase("Accept-Encoding")) {
                for (String one : field.value().toLowerCase(Locale.ROOT).split(",")) {
                    String[] parts = one.strip().split("\\s*;\\s*");
                    boolean named = parts[0].equals("gzip") || parts[0].equals("*");
                    if (named && (parts.length < 2 || !parts[1].matches("q=0(\\.0*)?"))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static final class Fast extends GZIPOutputStream {
        Fast(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
