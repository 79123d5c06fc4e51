package sigyn.server.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a port needs to speak TLS: PEM files with a chain of certificates and its key, which may be in PKCS #8 or in
/// the older forms `RSA PRIVATE KEY` and `EC PRIVATE KEY`.
///
/// @param clientCa certificates that a client's must descend from, or null to ask clients for nothing
/// @param clientMust true: a client without a certificate is refused
public record Tls(Path certificates, Path key, @Nullable Path clientCa, boolean clientMust) {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END");
    private static final byte[] VERSION_0 = {2, 1, 0};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 4;

    /// Certificates and key under the name `server`, without a password.
    KeyStore keys() {
        try {
            var chain = certificates(certificates);
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", privateKey(chain.getFirst()), new char[0], chain.toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot use " + certificates + " with " + key + " for TLS: " + e, e);
        }
    }

    /// Whom clients' certificates are checked against.
    static KeyStore authorities(Path file) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int n = 0;
            for (var certificate : certificates(file)) {
                store.setCertificateEntry("ca" + n++, certificate);
            }
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot use " + file + " to check clients: " + e, e);
        }
    }

    private static List<Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        var found = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
        if (found.isEmpty()) {
            throw new IOException("no certificate in " + file);
        }
        return List.copyOf(found);
    }

    private PrivateKey privateKey(Certificate certificate) throws IOException, GeneralSecurityException {
        var match = KEY.matcher(Files.readString(key, StandardCharsets.US_ASCII));
        if (!match.find()) {
            throw new IOException("no private key without a password in " + key);
        }
        byte[] der = Base64.getMimeDecoder().decode(match.group(2));
        byte[] pkcs8 = match.group(1).equals("PRIVATE KEY") ? der : wrapped(der, certificate);
        var algorithm = certificate.getPublicKey().getAlgorithm();
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /// An old key as PKCS #8: version, the algorithm as the certificate's public key names it, and the key.
    private static byte[] wrapped(byte[] der, Certificate certificate) throws IOException {
        byte[] publicKey = certificate.getPublicKey().getEncoded();
        int at = contentOf(publicKey, 0);
        int end = contentOf(publicKey, at) + lengthOf(publicKey, at);
        var inner = new ByteArrayOutputStream();
        inner.write(VERSION_0);
        inner.write(publicKey, at, end - at);
        write(inner, OCTETS, der);
        var out = new ByteArrayOutputStream();
        write(out, SEQUENCE, inner.toByteArray());
        return out.toByteArray();
    }

    /// Where the content of the DER element at `at` begins.
    private static int contentOf(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int lengthOf(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        int length = first < 0x80 ? first : 0;
        for (int i = at + 2; i < contentOf(der, at); i++) {
            length = length << 8 | der[i] & 0xff;
        }
        return length;
    }

    private static void write(ByteArrayOutputStream out, int tag, byte[] content) throws IOException {
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else if (content.length < 0x100) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.write(content);
    }
}
