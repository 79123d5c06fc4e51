package sigyn.server.dashboards;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Handler;
import sigyn.server.http.HttpServer;
import sigyn.server.http.Response;
import tools.jackson.databind.JsonNode;

/// The dashboards listening on a free port, with data and provisioned files in a folder.
final class Site implements AutoCloseable {
    static final Path TESTDATA =
            Path.of("..", "testdata", "dashboards").toAbsolutePath().normalize();
    static final String ADMIN = "admin:admin123";

    final Dashboards dashboards;
    final Path folder;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    private Site(Dashboards dashboards, Path folder, HttpServer server) {
        this.dashboards = dashboards;
        this.folder = folder;
        this.server = server;
    }

    static Site open(Path folder) {
        return open(folder, Map.of(), request -> Response.json(200, "{\"path\":\"" + request.path() + "\"}"));
    }

    static Site open(Path folder, Map<String, String> more, Handler logs) {
        return open(folder, more, logs, Clock.systemUTC());
    }

    static Site open(Path folder, Map<String, String> more, Handler logs, Clock clock) {
        var environment = new HashMap<String, String>();
        environment.put("GF_PATHS_DATA", folder.resolve("data").toString());
        environment.put("GF_PATHS_PROVISIONING", folder.resolve("provisioning").toString());
        environment.put("GF_SECURITY_ADMIN_PASSWORD", "admin123");
        environment.put("GF_SIGYN_PROVISIONING_POLL", "100ms");
        environment.putAll(more);
        environment.values().removeIf(String::isEmpty);
        var dashboards = Dashboards.open(
                DashboardsConfig.read(environment, null), CompletableFuture.completedFuture(logs), clock);
        return new Site(dashboards, folder, HttpServer.start("127.0.0.1", 0, dashboards.handler()));
    }

    /// Writes a file below `provisioning/`.
    static void provision(Path folder, String name, String content) {
        replace(folder.resolve("provisioning").resolve(name), content);
    }

    /// Writes a file that is looked at meanwhile: at no moment is it there in part.
    static void replace(Path file, String content) {
        try {
            Files.createDirectories(file.getParent());
            Path whole = Files.writeString(file.resolveSibling(file.getFileName() + "~"), content);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Puts the user's three files in place, the dashboard beside the provider's file.
    static void provisionUsersFiles(Path folder) {
        try {
            var user = TESTDATA.resolve("user");
            provision(folder, "datasources/datasources.yaml", Files.readString(user.resolve("datasources.yaml")));
            String provider = Files.readString(user.resolve("dashboards.yaml"));
            Path dashboards = folder.resolve("provisioning/dashboards");
            provision(
                    folder,
                    "dashboards/dashboards.yaml",
                    provider.replace("/etc/grafana/provisioning/dashboards", dashboards.toString()));
            provision(
                    folder, "dashboards/deployment.json", Files.readString(user.resolve("dashboards/deployment.json")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    int port() {
        return server.port();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> call(String who, String method, String path, @Nullable String body) {
        var request = HttpRequest.newBuilder(uri(path));
        if (!who.isEmpty()) {
            request.header("Authorization", who.startsWith("glsa_") ? "Bearer " + who : basic(who));
        }
        request.method(
                method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return send(request);
    }

    JsonNode get(String path) {
        return json(call(ADMIN, "GET", path, null), 200);
    }

    JsonNode post(String path, String body) {
        return json(call(ADMIN, "POST", path, body), 200);
    }

    static JsonNode json(HttpResponse<String> response, int status) {
        if (response.statusCode() != status) {
            throw new AssertionError("expected " + status + ", got " + response.statusCode() + ": " + response.body());
        }
        try {
            return Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
        } catch (Json.SyntaxException e) {
            throw new AssertionError(response.body(), e);
        }
    }

    /// Waits for what a thread of the program does on its own, at most ten seconds.
    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not happen within ten seconds");
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        dashboards.close();
    }
}
