package sigyn.server.dashboards.alert;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import tools.jackson.databind.node.ObjectNode;

/// Posts a message to the address of a contact point. Redirects are not followed, and of the answer nothing but its
/// status is told to anybody.
final class Webhook implements AutoCloseable {
    private static final Set<String> FORBIDDEN = Set.of("host", "content-length", "connection", "transfer-encoding");

    private final Targets targets;
    private final Clock clock;
    private @Nullable HttpClient client;

    Webhook(Targets targets, Clock clock) {
        this.targets = targets;
        this.clock = clock;
    }

    /// Returns when the receiver has taken the message; a refusal says why it has not.
    void send(ContactPoint point, ObjectNode message) throws InterruptedException {
        byte[] body = Json.write(message).getBytes(StandardCharsets.UTF_8);
        try {
            var request = HttpRequest.newBuilder(targets.checked(point.setting("url"), point.trusted()))
                    .timeout(Duration.ofSeconds(30))
                    .header("Content-Type", "application/json")
                    .header("User-Agent", "Sigyn");
            headers(point, body, request);
            String method = point.text("httpMethod", "POST").toUpperCase(Locale.ROOT);
            request.method(method.equals("PUT") ? "PUT" : "POST", HttpRequest.BodyPublishers.ofByteArray(body));
            int status = client().send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            if (status < 200 || status > 299) {
                throw new Refusal(502, "the receiver answered " + status);
            }
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new Refusal(502, "the receiver cannot be reached: " + why);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("a header of the contact point is not allowed");
        }
    }

    private void headers(ContactPoint point, byte[] body, HttpRequest.Builder request) {
        var headers = Json.object(point.settings(), "headers");
        if (headers != null) {
            for (String name : headers.propertyNames()) {
                if (!FORBIDDEN.contains(name.toLowerCase(Locale.ROOT))) {
                    request.setHeader(name, point.setting("headers." + name));
                }
            }
        }
        String user = point.setting("username");
        String credentials = point.setting("authorization_credentials");
        if (!user.isEmpty()) {
            byte[] pair = (user + ":" + point.setting("password")).getBytes(StandardCharsets.UTF_8);
            request.setHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        } else if (!credentials.isEmpty()) {
            request.setHeader("Authorization", point.text("authorization_scheme", "Bearer") + " " + credentials);
        }
        String secret = point.setting("hmacConfig.secret");
        if (!secret.isEmpty()) {
            sign(point, secret, body, request);
        }
    }

    /// The signature of the body, or of `time:body` when the receiver wants the time in a header of its own.
    private void sign(ContactPoint point, String secret, byte[] body, HttpRequest.Builder request) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            String timeHeader = point.setting("hmacConfig.timestampHeader");
            if (!timeHeader.isEmpty()) {
                String time = Long.toString(clock.instant().getEpochSecond());
                request.setHeader(timeHeader, time);
                mac.update((time + ":").getBytes(StandardCharsets.UTF_8));
            }
            String header = point.setting("hmacConfig.header");
            request.setHeader(
                    header.isEmpty() ? "X-Grafana-Alerting-Signature" : header,
                    HexFormat.of().formatHex(mac.doFinal(body)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private synchronized HttpClient client() {
        HttpClient there = client;
        if (there == null) {
            there = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(Duration.ofSeconds(10))
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
            client = there;
        }
        return there;
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdownNow();
        }
    }
}
