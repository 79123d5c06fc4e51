package sigyn.server.dashboards.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;

/// Names in URLs.
public final class Slug {
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

    private Slug() {}

    /// `RAG Module Orchestrator` → `rag-module-orchestrator`.
    public static String of(String title) {
        String plain = Normalizer.normalize(title, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
        String slug =
                plain.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        return slug.isEmpty() ? "dashboard" : slug;
    }

    /// An identity that is the same wherever and whenever it is made of the same names: 20 characters of base 32.
    public static String derivedUid(String... names) {
        byte[] hash = sha256(String.join("\0", names));
        var uid = new StringBuilder(20);
        for (int bit = 0; bit < 100; bit += 5) {
            int value = 0;
            for (int i = bit; i < bit + 5; i++) {
                value = value << 1 | (hash[i >> 3] >> (7 - (i & 7)) & 1);
            }
            uid.append(BASE32.charAt(value));
        }
        return uid.toString();
    }

    /// Grafana's identity of a data source that has only a name: `P` and the first 8 bytes of the name's SHA-256.
    public static String datasourceUid(String name) {
        return "P" + HexFormat.of().withUpperCase().formatHex(sha256(name), 0, 8);
    }

    /// Whether a uid may be used: 1 to 40 letters, digits, `-`, `_`.
    public static boolean validUid(String uid) {
        return !uid.isEmpty()
                && uid.length() <= 40
                && uid.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_'));
    }

    public static byte[] sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
