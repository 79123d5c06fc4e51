package sigyn.server.dashboards.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Slug;
import sigyn.server.http.GzipFilter;
import sigyn.server.http.Request;
import sigyn.server.http.Response;

/// The built user interface from the class path folder `/web/`: files with a hash in their name are kept by browsers
/// for good, the page is asked for each time.
///
/// The page carries `<meta property="csp-nonce" nonce="…">` for styles that scripts make, and a `<base>` when we are
/// served below a path.
public final class WebFiles {
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("mjs", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json; charset=utf-8"),
            Map.entry("webmanifest", "application/manifest+json; charset=utf-8"),
            Map.entry("map", "application/json; charset=utf-8"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("txt", "text/plain; charset=utf-8"));

    private record File(byte[] bytes, byte @Nullable [] gzip, String type, String etag, boolean hashed) {}

    private final String basePath;
    private final boolean embedding;
    private final Map<String, File> files = new ConcurrentHashMap<>();

    public WebFiles(String basePath, boolean embedding) {
        this.basePath = basePath;
        this.embedding = embedding;
    }

    /// The file at a decoded path such as `/assets/app-1a2b.js`; empty when there is none.
    public Optional<Response> file(String path, Request request) {
        if (!safe(path)) {
            return Optional.empty();
        }
        File file = load(path);
        return file == null ? Optional.empty() : Optional.of(answer(file, request));
    }

    /// The page that starts the user interface.
    ///
    /// @param soon paths that its scripts will ask for at once: the browser gets them while it reads the scripts
    public Response page(Request request, List<String> soon) {
        File index = load("/index.html");
        String nonce = HexFormat.of().formatHex(Arrays.copyOf(Slug.sha256(random()), 16));
        String html = index == null ? NOT_BUILT : new String(index.bytes(), StandardCharsets.UTF_8);
        String head = "<head>"
                + (basePath.isEmpty() && !html.contains("\"./") ? "" : "<base href=\"" + basePath + "/\">")
                + "<meta property=\"csp-nonce\" nonce=\"" + nonce + "\">"
                + soon.stream()
                        .map(path -> "<link rel=\"preload\" as=\"fetch\" crossorigin href=\"" + basePath + path + "\">")
                        .collect(Collectors.joining());
        byte[] bytes = html.replaceFirst("<head>", head).getBytes(StandardCharsets.UTF_8);
        boolean zip = bytes.length > 1024 && GzipFilter.accepts(request);
        var response = Response.of(200, TYPES.getOrDefault("html", ""), zip ? gzip(bytes) : bytes)
                .header("Content-Security-Policy", SecurityHeaders.page(nonce, embedding))
                .header("Cache-Control", "no-store")
                .header("Vary", "Accept-Encoding");
        return zip ? response.header("Content-Encoding", "gzip") : response;
    }

    private static byte[] random() {
        var bytes = new byte[16];
        NONCES.nextBytes(bytes);
        return bytes;
    }

    private static final java.security.SecureRandom NONCES = new java.security.SecureRandom();

    private static Response answer(File file, Request request) {
        String caching = file.hashed() ? "public, max-age=31536000, immutable" : "no-cache";
        if (file.etag().equals(request.header("If-None-Match"))) {
            return Response.of(304).header("ETag", file.etag()).header("Cache-Control", caching);
        }
        byte[] zipped = file.gzip();
        boolean zip = zipped != null && GzipFilter.accepts(request);
        var response = Response.of(200, file.type(), zip && zipped != null ? zipped : file.bytes())
                .header("ETag", file.etag())
                .header("Cache-Control", caching)
                .header("Vary", "Accept-Encoding");
        return zip ? response.header("Content-Encoding", "gzip") : response;
    }

    private @Nullable File load(String path) {
        File known = files.get(path);
        if (known != null) {
            return known;
        }
        byte[] bytes = read("web" + path);
        String extension = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String type = TYPES.get(extension);
        if (bytes == null || type == null) {
            return null;
        }
        boolean text = type.contains("charset") || type.contains("svg");
        byte[] zipped = text && bytes.length > 512 ? gzip(bytes) : null;
        String etag = '"' + HexFormat.of().formatHex(Slug.sha256(bytes), 0, 12) + '"';
        var file = new File(bytes, zipped, type, etag, path.startsWith("/assets/"));
        files.put(path, file);
        return file;
    }

    private static byte @Nullable [] read(String name) {
        try (InputStream in = WebFiles.class.getClassLoader().getResourceAsStream(name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean safe(String path) {
        return path.startsWith("/")
                && path.length() > 1
                && !path.contains("//")
                && !path.contains("\\")
                && Arrays.stream(path.substring(1).split("/", -1)).noneMatch(s -> s.startsWith(".") || s.isEmpty())
                && path.chars().allMatch(c -> c > 32 && c < 127);
    }

    private static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream(bytes.length / 3);
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static final String NOT_BUILT = """
            <!doctype html>
            <html lang="en"><head><title>Sigyn</title></head>
            <body><h1>Sigyn</h1>
            <p>The user interface is not built into this program. The HTTP API answers below /api.</p>
            <p>Build everything with <code>./sigyn build</code>.</p></body></html>
            """;
}
