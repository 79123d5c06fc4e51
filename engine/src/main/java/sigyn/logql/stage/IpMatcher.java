package sigyn.logql.stage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sigyn.model.GoQuote;
import sigyn.model.SigynException;

/// Addresses in text: one address, a network `10.0.0.0/8`, or a range `10.0.0.1-10.0.0.9`; version 4 or 6.
///
/// @param from first address that matches, 4 or 16 bytes
/// @param to last one
record IpMatcher(byte[] from, byte[] to) {
    private static final String IPV4 = "0123456789.";
    private static final String IPV6 = "0123456789abcdefABCDEF:.";

    static IpMatcher parse(String pattern) {
        var matcher = read(pattern);
        if (matcher == null) {
            throw SigynException.badRequest("ip: invalid pattern: " + GoQuote.quote(pattern));
        }
        return matcher;
    }

    private static @Nullable IpMatcher read(String pattern) {
        int dash = pattern.indexOf('-');
        if (dash >= 0) {
            byte[] from = address(pattern.substring(0, dash));
            byte[] to = address(pattern.substring(dash + 1));
            if (from == null || to == null || from.length != to.length || Arrays.compareUnsigned(from, to) > 0) {
                return null;
            }
            return new IpMatcher(from, to);
        }
        int slash = pattern.indexOf('/');
        byte[] base = address(slash < 0 ? pattern : pattern.substring(0, slash));
        if (base == null || slash < 0) {
            return base == null ? null : new IpMatcher(base, base);
        }
        String bits = pattern.substring(slash + 1);
        if (!bits.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(bits) > base.length * 8) {
            return null;
        }
        byte[] from = base.clone();
        byte[] to = base.clone();
        for (int bit = Integer.parseInt(bits); bit < base.length * 8; bit++) {
            int mask = 0x80 >> (bit & 7);
            from[bit >> 3] &= (byte) ~mask;
            to[bit >> 3] |= (byte) mask;
        }
        return new IpMatcher(from, to);
    }

    /// True when some address in the text is one of these.
    boolean matchesIn(byte[] b, int start, int end) {
        int i = start;
        while (i < end) {
            boolean four = i + 3 < end && startsIpv4(b, i);
            boolean six = !four && i + 4 < end && startsIpv6(b, i);
            if (!four && !six) {
                i++;
                continue;
            }
            String charset = four ? IPV4 : IPV6;
            int stop = i;
            while (stop < end && charset.indexOf(b[stop]) >= 0) {
                stop++;
            }
            if (stop - i <= 45) {
                byte[] address = address(new String(b, i, stop - i, java.nio.charset.StandardCharsets.ISO_8859_1));
                if (address != null && contains(address)) {
                    return true;
                }
            }
            i = stop == i ? i + 1 : stop;
        }
        return false;
    }

    private boolean contains(byte[] address) {
        return address.length == from.length
                && Arrays.compareUnsigned(from, address) <= 0
                && Arrays.compareUnsigned(address, to) <= 0;
    }

    private static boolean startsIpv4(byte[] b, int i) {
        return isDigit(b[i])
                && (b[i + 1] == '.' || isDigit(b[i + 1]) && (b[i + 2] == '.' || isDigit(b[i + 2]) && b[i + 3] == '.'));
    }

    private static boolean startsIpv6(byte[] b, int i) {
        if (b[i] == ':') {
            return b[i + 1] == ':' && isHex(b[i + 2]);
        }
        for (int k = 0; k < 5; k++) {
            if (b[i + k] == ':') {
                return k > 0;
            }
            if (!isHex(b[i + k])) {
                return false;
            }
        }
        return false;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHex(byte c) {
        return Character.digit(c, 16) >= 0;
    }

    /// The bytes of an address, or null when the text is none.
    static byte @Nullable [] address(String text) {
        return text.indexOf(':') >= 0 ? ipv6(text) : ipv4(text);
    }

    private static byte @Nullable [] ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        byte[] address = new byte[4];
        for (int i = 0; i < 4; i++) {
            if (!parts[i].matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(parts[i]) > 255) {
                return null;
            }
            address[i] = (byte) Integer.parseInt(parts[i]);
        }
        return address;
    }

    private static byte @Nullable [] ipv6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return null;
        }
        byte[] head = groups(gap < 0 ? text : text.substring(0, gap));
        byte[] tail = gap < 0 ? new byte[0] : groups(text.substring(gap + 2));
        if (head == null || tail == null || (gap < 0 ? head.length != 16 : head.length + tail.length > 14)) {
            return null;
        }
        byte[] address = new byte[16];
        System.arraycopy(head, 0, address, 0, head.length);
        System.arraycopy(tail, 0, address, 16 - tail.length, tail.length);
        return address;
    }

    private static byte @Nullable [] groups(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        var out = new java.io.ByteArrayOutputStream(16);
        for (int i = 0; i < parts.length; i++) {
            if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                byte[] four = ipv4(parts[i]);
                if (four == null) {
                    return null;
                }
                out.writeBytes(four);
            } else {
                if (!parts[i].matches("[0-9a-fA-F]{1,4}")) {
                    return null;
                }
                int value = Integer.parseInt(parts[i], 16);
                out.write(value >> 8);
                out.write(value);
            }
        }
        return out.size() > 16 ? null : out.toByteArray();
    }
}
