package sigyn.server.auth;

import java.net.InetAddress;

/// Addresses written as one (`10.0.0.7`) or as a range (`10.0.0.0/8`, `fd00::/8`).
final class AddressRange {
    private AddressRange() {}

    static boolean contains(String range, String address) {
        int slash = range.indexOf('/');
        byte[] base = bytes(slash < 0 ? range : range.substring(0, slash));
        byte[] asked = bytes(address);
        if (base.length == 0 || base.length != asked.length) {
            return false;
        }
        int bits;
        try {
            bits = slash < 0 ? base.length * 8 : Integer.parseInt(range.substring(slash + 1));
        } catch (NumberFormatException e) {
            return false;
        }
        if (bits < 0 || bits > base.length * 8) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit & 7);
            if ((base[bit >> 3] & mask) != (asked[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }

    /// Empty when the text is no literal address: names are never looked up.
    private static byte[] bytes(String text) {
        String literal = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        boolean numeric = !literal.isEmpty()
                && literal.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':')
                && (literal.indexOf('.') >= 0 || literal.indexOf(':') >= 0);
        if (!numeric) {
            return new byte[0];
        }
        try {
            return InetAddress.ofLiteral(literal).getAddress();
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
