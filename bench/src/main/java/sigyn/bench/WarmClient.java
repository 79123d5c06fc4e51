package sigyn.bench;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/// An HTTP client that has asked a server in this process so often that its own code is compiled: what is measured with
/// it is the other side.
final class WarmClient {
    private static final int REQUESTS = 500;
    private static final byte[] ANSWER = "x".repeat(1000).getBytes(StandardCharsets.US_ASCII);

    private WarmClient() {}

    static HttpClient open() throws IOException, InterruptedException {
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, ANSWER.length);
            exchange.getResponseBody().write(ANSWER);
            exchange.close();
        });
        server.start();
        try {
            var ask = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"))
                    .build();
            for (int i = 0; i < REQUESTS; i++) {
                client.send(ask, HttpResponse.BodyHandlers.ofString());
            }
        } finally {
            server.stop(0);
        }
        return client;
    }
}
