package sigyn.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// HTTP over TLS with keys and certificates made for the test.
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    private KeyStore made(String name, String algorithm) throws Exception {
        Path file = folder.resolve(name + ".p12");
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "k",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
    }

    private Path certificate(KeyStore store, String name) throws Exception {
        return Files.writeString(
                folder.resolve(name + ".crt"),
                pem("CERTIFICATE", store.getCertificate("k").getEncoded()));
    }

    private Path key(KeyStore store, String form) throws Exception {
        byte[] pkcs8 = store.getKey("k", PASSWORD).getEncoded();
        // The older forms are what PKCS #8 has in its last element.
        byte[] der = form.equals("PRIVATE KEY") ? pkcs8 : inner(pkcs8);
        return Files.writeString(folder.resolve("server.key"), pem(form, der));
    }

    private static byte[] inner(byte[] pkcs8) {
        int[] at = {0};
        int[] outer = element(pkcs8, at[0]);
        int[] version = element(pkcs8, outer[0]);
        int[] algorithm = element(pkcs8, version[1]);
        int[] key = element(pkcs8, algorithm[1]);
        return Arrays.copyOfRange(pkcs8, key[0], key[1]);
    }

    /// Where the content of a DER element begins and ends.
    private static int[] element(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        int from = at + 2;
        int length = first;
        if (first >= 0x80) {
            length = 0;
            for (int i = 0; i < (first & 0x7f); i++) {
                length = length << 8 | der[from++] & 0xff;
            }
        }
        return new int[] {from, from + length};
    }

    private static HttpClient client(KeyStore server, @Nullable KeyStore own) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("k", server.getCertificate("k"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static HttpServer start(Tls tls) {
        return HttpServer.start(
                "127.0.0.1",
                0,
                tls,
                request -> Response.text(
                        200,
                        request.secure() + " " + new String(request.body().readAllBytes(), StandardCharsets.UTF_8)));
    }

    private static HttpResponse<String> post(HttpClient client, String scheme, int port, HttpClient.Version version)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + port + "/x"))
                .version(version)
                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({"RSA,PRIVATE KEY", "RSA,RSA PRIVATE KEY", "EC,PRIVATE KEY", "EC,EC PRIVATE KEY"})
    void bothVersionsOfHttpWithEachFormOfKey(String algorithm, String form) throws Exception {
        var store = made("server", algorithm);
        try (var server = start(new Tls(certificate(store, "server"), key(store, form), null, false));
                var client = client(store, null)) {
            for (var version : List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
                var answer = post(client, "https", server.port(), version);
                assertThat(answer.body()).isEqualTo("true hello");
                assertThat(answer.version()).isEqualTo(version);
            }
            assertThatThrownBy(() -> post(client, "http", server.port(), HttpClient.Version.HTTP_1_1))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void clientsMayHaveToShowACertificate() throws Exception {
        var store = made("server", "EC");
        var known = made("known", "EC");
        var stranger = made("stranger", "EC");
        var tls = new Tls(certificate(store, "server"), key(store, "PRIVATE KEY"), certificate(known, "known"), true);
        try (var server = start(tls);
                var good = client(store, known);
                var bare = client(store, null);
                var bad = client(store, stranger)) {
            assertThat(post(good, "https", server.port(), HttpClient.Version.HTTP_1_1)
                            .body())
                    .isEqualTo("true hello");
            for (var refused : List.of(bare, bad)) {
                assertThatThrownBy(() -> post(refused, "https", server.port(), HttpClient.Version.HTTP_1_1))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aMissingKeyIsNamed() throws Exception {
        var store = made("server", "EC");
        Path certificate = certificate(store, "server");
        assertThatThrownBy(() -> start(new Tls(certificate, certificate, null, false)))
                .hasMessageContaining("no private key without a password in " + certificate);
    }
}
