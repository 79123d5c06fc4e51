package sigyn.server.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// The options that say which server is meant, and the requests to it. `LOKI_ADDR`, `LOKI_ORG_ID`, `LOKI_USERNAME`,
/// `LOKI_PASSWORD` and `LOKI_BEARER_TOKEN` of the environment are the defaults, as for `logcli`.
final class Server {
    record Parameter(String name, String value) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--addr",
            defaultValue = "${env:LOKI_ADDR:-http://localhost:3100}",
            description = "server (${DEFAULT-VALUE})")
    String address = "";

    @Option(names = "--org-id", defaultValue = "${env:LOKI_ORG_ID:-}", description = "tenant")
    String tenant = "";

    @Option(
            names = "--username",
            defaultValue = "${env:LOKI_USERNAME:-}",
            description = "user for basic authentication")
    String username = "";

    @Option(names = "--password-file", description = "file with the password; else LOKI_PASSWORD")
    @Nullable
    Path passwordFile;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    URI uri(String path, List<Parameter> parameters) {
        String base = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        String query = parameters.stream()
                .map(p -> p.name() + "=" + URLEncoder.encode(p.value(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return URI.create(base + path + (query.isEmpty() ? "" : "?" + query));
    }

    HttpClient client() {
        return client;
    }

    /// Header names and values by turns.
    List<String> headers() throws IOException {
        var headers = new ArrayList<String>();
        if (!tenant.isEmpty()) {
            headers.addAll(List.of("X-Scope-OrgID", tenant));
        }
        String token = System.getenv().getOrDefault("LOKI_BEARER_TOKEN", "");
        if (!username.isEmpty()) {
            String password = passwordFile == null
                    ? System.getenv().getOrDefault("LOKI_PASSWORD", "")
                    : Files.readString(passwordFile).strip();
            String credentials =
                    Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
            headers.addAll(List.of("Authorization", "Basic " + credentials));
        } else if (!token.isEmpty()) {
            headers.addAll(List.of("Authorization", "Bearer " + token));
        }
        return headers;
    }

    /// The JSON answer of a GET; anything but 200 ends the command with the server's message.
    JsonNode get(CommandLine command, String path, List<Parameter> parameters)
            throws IOException, InterruptedException {
        var response = send(HttpRequest.newBuilder(uri(path, parameters)).GET());
        if (response.statusCode() != 200) {
            throw refused(command, response);
        }
        return JSON.readTree(response.body());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var headers = headers();
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static CommandLine.ExecutionException refused(CommandLine command, HttpResponse<String> response) {
        return new CommandLine.ExecutionException(
                command,
                "the server answered " + response.statusCode() + ": "
                        + response.body().strip());
    }
}
