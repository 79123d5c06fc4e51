package sigyn.codec;

/// Finds bytes in bytes: looks for the needle's rarest byte eight positions at a time, then compares.
///
/// Rarity comes from a static table of how common bytes are in logs; the rare byte keeps the number of false
/// candidates, and with it the number of comparisons, low.
public final class Search {
    private static final long LOW = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final byte[] COMMON = common();

    private Search() {}

    /// Bytes from most to least common in logs; what is not listed is rare.
    private static byte[] common() {
        String order =
                " 0e1a2tno3irs4-:5.d6789lcmp/=\"_uh,gfbTkINvSyw[]A(R)OxDEPCLMq{}'Fj<>B;HzGV+UW@#KYXJQZ%&*$|?!\\~^`";
        byte[] rank = new byte[256];
        for (int i = 0; i < order.length(); i++) {
            rank[order.charAt(i)] = (byte) (order.length() - i);
        }
        return rank;
    }

    /// Index into the needle of its rarest byte.
    public static int rarest(byte[] needle) {
        int best = 0;
        for (int i = 1; i < needle.length; i++) {
            if (COMMON[needle[i] & 0xff] < COMMON[needle[best] & 0xff]) {
                best = i;
            }
        }
        return best;
    }

    /// The first occurrence of `needle` in `[from, to)`, or -1. An empty needle occurs at `from`.
    public static int indexOf(byte[] hay, int from, int to, byte[] needle, int rarest) {
        int n = needle.length;
        if (n == 0) {
            return from;
        }
        int last = to - n;
        byte rare = needle[rarest];
        long pattern = LOW * (rare & 0xff);
        int i = from;
        int limit = last + rarest;
        int at = from + rarest;
        while (at + 8 <= to && at <= limit) {
            long x = Bytes.i64(hay, at) ^ pattern;
            long hits = x - LOW & ~x & HIGH;
            while (hits != 0) {
                i = at + (Long.numberOfTrailingZeros(hits) >>> 3) - rarest;
                if (i > last) {
                    return -1;
                }
                if (matches(hay, i, needle)) {
                    return i;
                }
                hits &= hits - 1;
            }
            at += 8;
        }
        for (; at <= limit; at++) {
            if (hay[at] == rare && matches(hay, at - rarest, needle)) {
                return at - rarest;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] hay, int at, byte[] needle) {
        for (int i = 0; i < needle.length; i++) {
            if (hay[at + i] != needle[i]) {
                return false;
            }
        }
        return true;
    }

    /// As [#indexOf], ASCII letters of either case being equal. `lower` is the needle with its ASCII letters lowered.
    public static int indexOfIgnoringCase(byte[] hay, int from, int to, byte[] lower) {
        if (lower.length == 0) {
            return from;
        }
        byte first = lower[0];
        for (int i = from; i <= to - lower.length; i++) {
            if (lower(hay[i]) == first) {
                int k = 1;
                while (k < lower.length && lower(hay[i + k]) == lower[k]) {
                    k++;
                }
                if (k == lower.length) {
                    return i;
                }
            }
        }
        return -1;
    }

    public static boolean isAscii(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + 8 <= to; at += 8) {
            if ((Bytes.i64(bytes, at) & HIGH) != 0) {
                return false;
            }
        }
        for (; at < to; at++) {
            if (bytes[at] < 0) {
                return false;
            }
        }
        return true;
    }

    /// An ASCII capital letter in lower case; any other byte as it is.
    public static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }

    public static byte[] lower(byte[] bytes) {
        byte[] lowered = bytes.clone();
        for (int i = 0; i < lowered.length; i++) {
            lowered[i] = lower(lowered[i]);
        }
        return lowered;
    }
}
