package sigyn.client;

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
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// PEM files into a TLS context.
final class Tls {
    private static final char[] IN_MEMORY = {};
    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "Ed25519");

    private Tls() {}

    static SSLContext context(ClientConfig.TlsFiles files) throws IOException {
        try {
            KeyManager @Nullable [] keys = null;
            TrustManager @Nullable [] trust = null;
            if (files.ca().isPresent()) trust = trust(files.ca().get());
            if (files.certificate().isPresent() && files.key().isPresent()) {
                keys = identity(files.certificate().get(), files.key().get());
            }
            var context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS files: " + e.getMessage(), e);
        }
    }

    /// For plain HTTP, where the HTTP client wants a context all the same: trusts nobody, and so need not read the
    /// platform's certificates, which takes longer than everything else together.
    static SSLContext unused() throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trust(Path ca) throws IOException, GeneralSecurityException {
        var store = empty();
        int i = 0;
        for (var certificate : certificates(ca)) store.setCertificateEntry("ca" + i++, certificate);
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] identity(Path certificate, Path key) throws IOException, GeneralSecurityException {
        var store = empty();
        store.setKeyEntry("client", privateKey(key), IN_MEMORY, certificates(certificate));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, IN_MEMORY);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Certificate[] certificates(Path file) throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) throw new IOException("no certificate in " + file);
            return found.toArray(new Certificate[0]);
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException {
        String pem = Files.readString(file, StandardCharsets.US_ASCII);
        int from = pem.indexOf("-----BEGIN PRIVATE KEY-----");
        int to = pem.indexOf("-----END PRIVATE KEY-----");
        if (from < 0 || to < from) throw new IOException("no PKCS#8 'PRIVATE KEY' in " + file);
        String base64 = pem.substring(from + "-----BEGIN PRIVATE KEY-----".length(), to);
        var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
        var refusal = new IOException("the key in " + file + " is none of " + KEY_KINDS);
        for (var kind : KEY_KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(spec);
            } catch (GeneralSecurityException e) {
                refusal.addSuppressed(e);
            }
        }
        throw refusal;
    }
}
