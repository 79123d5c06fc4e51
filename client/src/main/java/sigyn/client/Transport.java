package sigyn.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Sends one request and waits for its answer, no longer than it is told: the wait covers name resolution, connecting,
/// sending and an answer that trickles in. Safe for the senders to share.
final class Transport {
    private static final String AUTHORIZATION = "Authorization";
    private static final int MAX_REPLY = 64 * 1024;
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(5);
    private static final byte[] NOTHING = {};
    private static final int HELPERS = 4;
    private static final int MOST_BROKEN = 3;

    private final ClientConfig config;
    private final ThreadPoolExecutor helpers;
    private volatile @Nullable HttpClient http;
    private volatile boolean closed;
    private long tlsVersion;
    private int brokenInARow;

    Transport(ClientConfig config) {
        this.config = config;
        helpers = new ThreadPoolExecutor(
                HELPERS,
                HELPERS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> new ClientThread("sigyn-http", work));
        helpers.allowCoreThreadTimeOut(true);
    }

    /// @throws IOException when there was no answer in time, for whatever reason
    Reply send(Batch batch, Duration timeout) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(config.url())
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("X-Sigyn-Batch-Id", batch.id)
                .POST(HttpRequest.BodyPublishers.ofByteArray(batch.body));
        if (batch.gzipped) request.header("Content-Encoding", "gzip");
        authorize(request);
        return exchange(request.build(), timeout);
    }

    Reply exchange(HttpRequest request, Duration timeout) throws IOException, InterruptedException {
        var collected = new Collected();
        var client = client();
        var answer = client.sendAsync(request, BodyHandlers.ofByteArrayConsumer(collected::keep));
        try {
            var response = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            works();
            return reply(response, collected.text());
        } catch (TimeoutException e) {
            answer.cancel(true);
            broken(client);
            throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            var cause = e.getCause();
            if (!(cause instanceof ConnectException)) broken(client);
            if (cause instanceof Error error) throw error;
            throw cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause);
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        }
    }

    void authorize(HttpRequest.Builder request) throws IOException {
        config.tenant().ifPresent(tenant -> request.header("X-Scope-OrgID", tenant));
        String authorization = authorization();
        if (!authorization.isEmpty()) request.header(AUTHORIZATION, authorization);
        config.headers().forEach(request::setHeader);
    }

    /// From the secrets as they are now; empty for none.
    String authorization() throws IOException {
        if (config.token().isPresent()) return "Bearer " + config.token().get().value();
        if (config.username().isEmpty() || config.password().isEmpty()) return "";
        String pair = config.username().get() + ":" + config.password().get().value();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private synchronized void works() {
        brokenInARow = 0;
    }

    /// An HTTP client whose own thread was ended by an error, such as the program's lack of memory, never works again:
    /// several failures that are not the server's absence are worth a new one.
    private synchronized void broken(HttpClient failed) {
        if (++brokenInARow < MOST_BROKEN || http != failed) return;
        brokenInARow = 0;
        http = null;
        letGo(failed);
    }

    /// Lets go of connections and threads. Takes no lock: making an HTTP client, which loads hundreds of classes, may
    /// take longer than the end of a program should.
    void close() {
        closed = true;
        helpers.shutdown();
        var client = http;
        http = null;
        if (client != null) letGo(client);
    }

    /// From Java 21 on an HTTP client is closed; before, it ends with its last reference.
    private static void letGo(Object client) {
        if (client instanceof AutoCloseable closeable) {
            new ClientThread("sigyn-http-close", () -> {
                        try {
                            closeable.close();
                        } catch (Exception e) {
                            Diagnostics.print("closing the connection: " + e);
                        }
                    })
                    .start();
        }
    }

    /// The HTTP client, made anew when a certificate file has changed.
    private synchronized HttpClient client() throws IOException {
        long version = 1;
        for (var file : config.tls().all()) version += file.toFile().lastModified();
        var current = http;
        if (current != null && version == tlsVersion) return current;
        var builder = HttpClient.newBuilder()
                .executor(helpers)
                .connectTimeout(config.connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(
                        config.url().getScheme().equals("https")
                                ? HttpClient.Version.HTTP_2
                                : HttpClient.Version.HTTP_1_1);
        if (!config.tls().all().isEmpty()) builder.sslContext(Tls.context(config.tls()));
        else if (config.url().getScheme().equals("http")) builder.sslContext(Tls.unused());
        config.proxy().ifPresent(proxy -> builder.proxy(ProxySelector.of(address(proxy))));
        var made = builder.build();
        http = made;
        tlsVersion = version;
        if (closed) close();
        return made;
    }

    private static InetSocketAddress address(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        if (colon < 1) return InetSocketAddress.createUnresolved(hostAndPort, 3128);
        int port = Integer.parseInt(hostAndPort.substring(colon + 1));
        return InetSocketAddress.createUnresolved(hostAndPort.substring(0, colon), port);
    }

    private static Reply reply(HttpResponse<?> response, String text) {
        var headers = response.headers();
        Optional<Integer> refused = Optional.empty();
        var count = headers.firstValue("X-Sigyn-Rejected").orElse("");
        if (!count.isEmpty() && count.length() < 9 && count.chars().allMatch(Character::isDigit)) {
            refused = Optional.of(Integer.valueOf(count));
        }
        return new Reply(
                response.statusCode(),
                text,
                headers.firstValue("Retry-After").flatMap(Transport::pause),
                refused,
                response.request().headers().firstValue(AUTHORIZATION).orElse(""));
    }

    /// Seconds or an HTTP date; never negative, never longer than five minutes.
    static Optional<Duration> pause(String retryAfter) {
        try {
            String value = retryAfter.strip();
            var wait = value.chars().allMatch(Character::isDigit) && !value.isEmpty() && value.length() < 10
                    ? Duration.ofSeconds(Long.parseLong(value))
                    : Duration.between(Instant.now(), ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
            if (wait.isNegative()) return Optional.of(Duration.ZERO);
            return Optional.of(wait.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wait);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// Keeps the beginning of a body and throws the rest away.
    private static final class Collected {
        private final StringBuffer text = new StringBuffer();

        void keep(Optional<byte[]> part) {
            byte[] bytes = part.orElse(NOTHING);
            int room = Math.min(bytes.length, MAX_REPLY - text.length());
            if (room > 0) text.append(new String(bytes, 0, room, StandardCharsets.UTF_8));
        }

        String text() {
            return text.toString();
        }
    }
}
