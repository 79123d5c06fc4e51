package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sigyn.client.StubLoki.Treatment;

class CredentialsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void aTokenFileIsReadAgainSoARotationLosesNothing() throws Exception {
        var valid = new AtomicReference<>("one");
        var file = Files.writeString(directory.resolve("token"), "one\n");
        try (var server = StubLoki.sigyn((n, r) -> r.header("Authorization").equals("Bearer " + valid.get())
                        ? Treatment.accept()
                        : Treatment.status(401));
                var client = new SigynClient(
                        LokiLoggerTest.quiet(server).token(Secret.inFile(file)).build())) {
            client.log(new LogEvent(Level.INFO, "before"));
            assertThat(client.flush(LONG)).isZero();
            Files.writeString(file, "two");
            valid.set("two");
            client.log(new LogEvent(Level.INFO, "after"));
            assertThat(client.flush(LONG)).isZero();
            assertThat(server.messages()).containsExactly("before", "after");
            assertThat(client.stats().dropped()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatIsRotatedBeforeTheFileLosesNothing(boolean spooled) throws Exception {
        var valid = new AtomicReference<>("two");
        var away = new AtomicBoolean(spooled);
        var file = Files.writeString(directory.resolve("token"), "one");
        var said = new CopyOnWriteArrayList<String>();
        try (var server = StubLoki.sigyn((n, r) -> away.get()
                ? Treatment.status(503)
                : r.header("Authorization").equals("Bearer " + valid.get())
                        ? Treatment.accept()
                        : Treatment.status(401))) {
            var config = LokiLoggerTest.quiet(server).token(Secret.inFile(file));
            if (spooled) config.spoolDirectory(directory.resolve("spool"));
            try (var client = new SigynClient(config.build(), said::add)) {
                for (int i = 0; i < 10; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                if (spooled) assertThat(client.flush(LONG)).isZero();
                away.set(false);
                server.await(s -> s.requests.stream()
                        .anyMatch(r -> !r.header("Authorization").isEmpty()));
                long end = System.nanoTime() + LONG.toNanos();
                while (said.stream().noneMatch(s -> s.contains("credentials")) && System.nanoTime() < end)
                    Thread.onSpinWait();
                assertThat(client.stats().sent()).isZero();
                Files.writeString(file, "two");
                server.await(s -> s.ownLines().size() == 10);
                assertThat(client.flush(LONG)).isZero();
                assertThat(client.stats().dropped()).isZero();
                assertThat(said.stream().filter(s -> s.contains("credentials"))).hasSize(1);
            }
        }
    }

    @Test
    void whatIsOnDiskWhenAProgramEndsBeforeTheFileIsRotatedIsDeliveredByTheNext() throws Exception {
        var away = new AtomicBoolean(true);
        var file = Files.writeString(directory.resolve("token"), "one");
        try (var server = StubLoki.sigyn((n, r) -> away.get()
                ? Treatment.status(503)
                : r.header("Authorization").equals("Bearer two") ? Treatment.accept() : Treatment.status(401))) {
            var config = LokiLoggerTest.quiet(server)
                    .token(Secret.inFile(file))
                    .spoolDirectory(directory.resolve("spool"))
                    .build();
            var said = new CopyOnWriteArrayList<String>();
            try (var client = new SigynClient(config, said::add)) {
                client.log(new LogEvent(Level.INFO, "kept"));
                assertThat(client.flush(LONG)).isZero();
                away.set(false);
                long end = System.nanoTime() + LONG.toNanos();
                while (said.stream().noneMatch(s -> s.contains("credentials")) && System.nanoTime() < end)
                    Thread.onSpinWait();
            }
            assertThat(said).anyMatch(s -> s.contains("credentials")).noneMatch(s -> s.contains("lost"));
            assertThat(server.ownLines()).isEmpty();
            Files.writeString(file, "two");
            try (var next = new SigynClient(config, said::add)) {
                server.await(s -> s.ownLines().size() == 1);
                assertThat(next.flush(LONG)).isZero();
                assertThat(next.stats().dropped()).isZero();
            }
            assertThat(server.messages()).containsExactly("kept");
        }
    }

    @Test
    void whatIsSecretIsNeverShown() throws Exception {
        var said = new CopyOnWriteArrayList<String>();
        var settings = Map.of(
                "LOKI_URL", "http://me:s%40cret@127.0.0.1:9/x y",
                "LOKI_HEADERS", "Authorization s@cret");
        Environment.config(settings, said::add);
        assertThat(said).hasSize(2).noneMatch(s -> s.contains("cret"));
        try (var server = StubLoki.plain((n, r) -> Treatment.status(400))) {
            var config = LokiLoggerTest.quiet(server)
                    .url("http://me:s%40cret@127.0.0.1:" + server.port())
                    .headers(Map.of("X-Key", "s@cret"))
                    .build();
            try (var client = new SigynClient(config, said::add)) {
                client.log(new LogEvent(Level.INFO, "hello"));
                assertThat(client.flush(LONG)).isZero();
                var basic = "Basic "
                        + Base64.getEncoder()
                                .encodeToString("me:s@cret".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                assertThat(server.requests.get(0).header("Authorization")).isEqualTo(basic);
            }
            assertThat(said).hasSizeGreaterThan(2).noneMatch(s -> s.contains("cret"));
            assertThat(config.toString()).doesNotContain("cret");
            assertThat(SelfTest.run(config).message()).doesNotContain("cret");
        }
    }

    @Test
    void basicTenantAndOtherHeadersAreSent() throws Exception {
        try (var server = StubLoki.accepting();
                var client = new SigynClient(LokiLoggerTest.quiet(server)
                        .username("me")
                        .password(Secret.of("pass:word"))
                        .tenant("team-a")
                        .headers(Map.of("X-Extra", "yes"))
                        .build())) {
            client.log(new LogEvent(Level.INFO, "hello"));
            assertThat(client.flush(LONG)).isZero();
            var request = server.requests.get(0);
            var basic = "Basic "
                    + Base64.getEncoder()
                            .encodeToString("me:pass:word".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertThat(request.header("Authorization")).isEqualTo(basic);
            assertThat(request.header("X-Scope-OrgID")).isEqualTo("team-a");
            assertThat(request.header("X-Extra")).isEqualTo("yes");
            assertThat(client.config().toString()).doesNotContain("pass:word");
        }
    }

    @Test
    void aProxyIsUsed() throws Exception {
        try (var proxy = StubLoki.accepting();
                var client = new SigynClient(LokiLoggerTest.quiet(proxy)
                        .url("http://log-server.invalid:3100")
                        .proxy("127.0.0.1:" + proxy.port())
                        .build())) {
            client.log(new LogEvent(Level.INFO, "through the proxy"));
            assertThat(client.flush(LONG)).isZero();
            assertThat(proxy.requests.get(0).path()).startsWith("http://log-server.invalid:3100/");
            assertThat(proxy.messages()).containsExactly("through the proxy");
        }
    }

    @Test
    void certificatesOfBothSidesComeFromPemFiles() throws Exception {
        var serverStore = keyPair("server", "-ext", "SAN=ip:127.0.0.1,dns:localhost");
        var clientStore = keyPair("client");
        var sockets = tls(serverStore, clientStore);
        try (var server = StubLoki.with(sockets, (n, r) -> Treatment.accept())) {
            var config = LokiLoggerTest.quiet(server)
                    .url("https://127.0.0.1:" + server.port())
                    .ca(pem(serverStore, "server"))
                    .certificate(pem(clientStore, "client"))
                    .key(keyPem(clientStore, "client"));
            try (var client = new SigynClient(config.build())) {
                client.log(new LogEvent(Level.INFO, "encrypted"));
                assertThat(client.flush(LONG)).isZero();
                assertThat(server.messages()).containsExactly("encrypted");
            }
            var said = new CopyOnWriteArrayList<String>();
            var stranger = LokiLoggerTest.quiet(server).url("https://127.0.0.1:" + server.port());
            try (var client =
                    new SigynClient(stranger.closeWithin(Duration.ZERO).build(), said::add)) {
                client.log(new LogEvent(Level.INFO, "not trusted"));
                assertThat(client.flush(Duration.ofMillis(1500))).isEqualTo(1);
                assertThat(DeliveryTest.awaitFailure(client)).contains("certification path");
            }
        }
    }

    private static SSLServerSocketFactory tls(KeyStore own, KeyStore trusted) throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, "changeit".toCharArray());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        var anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("client", trusted.getCertificate("client"));
        trust.init(anchors);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        var factory = context.getServerSocketFactory();
        return new SSLServerSocketFactory() {
            @Override
            public java.net.ServerSocket createServerSocket(int port, int backlog, java.net.InetAddress address)
                    throws IOException {
                var socket = (SSLServerSocket) factory.createServerSocket(port, backlog, address);
                socket.setNeedClientAuth(true);
                return socket;
            }

            @Override
            public java.net.ServerSocket createServerSocket(int port) throws IOException {
                return factory.createServerSocket(port);
            }

            @Override
            public java.net.ServerSocket createServerSocket(int port, int backlog) throws IOException {
                return factory.createServerSocket(port, backlog);
            }

            @Override
            public String[] getDefaultCipherSuites() {
                return factory.getDefaultCipherSuites();
            }

            @Override
            public String[] getSupportedCipherSuites() {
                return factory.getSupportedCipherSuites();
            }
        };
    }

    private KeyStore keyPair(String name, String... more) throws Exception {
        var file = directory.resolve(name + ".p12");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                file.toString()));
        command.addAll(List.of(more));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(text).isZero();
        }
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, "changeit".toCharArray());
        }
        return store;
    }

    private Path pem(KeyStore store, String alias) throws Exception {
        return pem(alias + ".pem", "CERTIFICATE", store.getCertificate(alias).getEncoded());
    }

    private Path keyPem(KeyStore store, String alias) throws Exception {
        var key = store.getKey(alias, "changeit".toCharArray());
        return pem(
                alias + ".key",
                "PRIVATE KEY",
                java.util.Objects.requireNonNull(key).getEncoded());
    }

    private Path pem(String name, String kind, byte[] der) throws IOException {
        var text = "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + kind
                + "-----\n";
        return Files.writeString(directory.resolve(name), text);
    }
}
