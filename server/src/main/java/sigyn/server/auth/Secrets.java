package sigyn.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Random names and keys, and what is stored of them.
public final class Secrets {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String UID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

    private Secrets() {}

    /// Letters and digits; 32 of them hold 190 bits.
    static String random(int length) {
        return random(ALPHABET, length);
    }

    /// A new identity for URLs: 14 small letters and digits.
    public static String uid() {
        return random(UID_ALPHABET, 14);
    }

    private static String random(String alphabet, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(RANDOM.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    static byte[] bytes(int length) {
        var bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /// What the database keeps of a random key: its SHA-256. Only for keys too random to be guessed, never passwords.
    static String fingerprint(String key) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
