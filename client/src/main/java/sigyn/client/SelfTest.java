package sigyn.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;

/// Sends one line, reads it back, and says in plain words what is wrong if that fails.
///
/// `java -cp sigyn-client.jar sigyn.client.SelfTest` uses the settings of the environment; the exit status is 0 when
/// the line came back.
public final class SelfTest {
    private static final Duration READ_WITHIN = Duration.ofSeconds(10);
    private static final Duration BETWEEN_READS = Duration.ofMillis(200);

    private final ClientConfig config;
    private final Transport transport;

    private SelfTest(ClientConfig config) {
        this.config = config;
        transport = new Transport(config);
    }

    /// @param worked whether the line was stored and found
    /// @param message what was seen, for people
    public record Result(boolean worked, String message) {}

    public static void main(String[] args) {
        for (var variable : args.length > 0 && args[0].equals("--help") ? Environment.reference() : List.<String>of()) {
            System.out.println(variable);
        }
        var result = run(Environment.config().build());
        System.out.println(result.message());
        System.exit(result.worked() ? 0 : 1);
    }

    public static Result run(ClientConfig config) {
        var test = new SelfTest(config);
        try {
            return test.sendAndRead();
        } catch (IOException e) {
            return new Result(false, test.explain(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(false, "interrupted");
        } finally {
            test.transport.close();
        }
    }

    private Result sendAndRead() throws IOException, InterruptedException {
        var time = new EventTime(InstantSource.system());
        String mark =
                "sigyn-self-test-%016x".formatted(ThreadLocalRandom.current().nextLong());
        var event = new LogEvent(Level.INFO, mark);
        event.seal(time.next());
        var encoder = new BatchEncoder(config);
        encoder.add(Line.read(event.bytes), false);
        var reply = transport.send(encoder.finish(mark), config.requestTimeout());
        var verdict = Verdict.of(reply, 1);
        boolean stored = verdict instanceof Verdict.Stored accepted && accepted.refused() == 0;
        if (!stored) return new Result(false, explain(reply));
        return read(mark, event.bytes.nanos());
    }

    private Result read(String mark, long nanos) throws IOException, InterruptedException {
        long end = System.nanoTime() + READ_WITHIN.toNanos();
        Reply reply;
        do {
            var request = HttpRequest.newBuilder(queryUrl(mark, nanos)).GET();
            transport.authorize(request);
            reply = transport.exchange(request.build(), config.requestTimeout());
            if (reply.status() != 200) {
                return new Result(
                        false,
                        "The line was accepted, but reading it back failed with status " + reply.status() + ": "
                                + reply.text());
            }
            if (reply.text().contains(mark + "\\\"")) {
                return new Result(true, "Works: a line was sent to " + config.url() + " and read back.");
            }
            Thread.sleep(BETWEEN_READS.toMillis());
        } while (System.nanoTime() < end);
        return new Result(
                false,
                "The line was accepted but is not found after " + READ_WITHIN.toSeconds()
                        + " s. Does the server query the same store and tenant that it writes to?");
    }

    private URI queryUrl(String mark, long nanos) {
        String selector = "{service=" + quoted(config.service()) + "} |= " + quoted(mark);
        String query = "query=" + URLEncoder.encode(selector, StandardCharsets.UTF_8) + "&start="
                + (nanos - 1_000_000_000L) + "&end=" + (nanos + 1_000_000_000L) + "&limit=1";
        return config.url().resolve("query_range?" + query);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private String explain(Reply reply) {
        String text = reply.text().strip();
        String server = "The server at " + config.url();
        return switch (reply.status()) {
            case 401, 403 ->
                server + " does not accept the credentials (status " + reply.status()
                        + "). Check LOKI_TOKEN or LOKI_USERNAME and LOKI_PASSWORD.";
            case 404 ->
                server + " has no such path (status 404). Is this a log server? The path is usually "
                        + ClientConfig.PUSH_PATH + ".";
            case 429 -> server + " limits how much may be sent (status 429): " + text;
            case 400, 422 -> server + " refuses the line (status " + reply.status() + "): " + text;
            default -> server + " answered with status " + reply.status() + ": " + text;
        };
    }

    private String explain(IOException failure) {
        var causes = new ArrayList<Throwable>();
        for (Throwable cause = failure; cause != null && causes.size() < 10; cause = cause.getCause())
            causes.add(cause);
        String host = config.url().getHost();
        if (has(causes, UnresolvedAddressException.class)) {
            return "The name " + host
                    + " is not known (DNS). Check LOKI_URL; in containers both must be on one network.";
        }
        if (has(causes, SSLException.class)) {
            return "No trusted encrypted connection to " + config.url() + " (TLS): " + failure.getMessage()
                    + ". Check LOKI_CA_FILE, and http against https.";
        }
        if (has(causes, HttpConnectTimeoutException.class)) {
            return "No connection to " + config.url() + " within "
                    + config.connectTimeout().toMillis() + " ms. Is a firewall in between?";
        }
        if (has(causes, ConnectException.class)) {
            return "Nobody listens at " + config.url() + " (connection refused). Is the server running?";
        }
        return "No answer from " + config.url() + ": " + failure.getMessage();
    }

    private static boolean has(List<Throwable> causes, Class<? extends Throwable> kind) {
        return causes.stream().anyMatch(kind::isInstance);
    }
}
