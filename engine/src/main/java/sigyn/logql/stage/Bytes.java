package sigyn.logql.stage;

/// Searching in bytes.
public final class Bytes {
    private Bytes() {}

    /// Where `needle` first occurs in `b[from, to)`, or -1.
    public static int indexOf(byte[] b, int from, int to, byte[] needle) {
        int n = needle.length;
        if (n == 0) {
            return from;
        }
        byte first = needle[0];
        int last = to - n;
        for (int i = from; i <= last; i++) {
            if (b[i] == first && matches(b, i, needle)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] b, int at, byte[] needle) {
        for (int k = 1; k < needle.length; k++) {
            if (b[at + k] != needle[k]) {
                return false;
            }
        }
        return true;
    }

    /// The same with ASCII letters of either case equal; `needle` is in lower case.
    public static int indexOfIgnoreCase(byte[] b, int from, int to, byte[] needle) {
        int n = needle.length;
        int last = to - n;
        for (int i = from; i <= last; i++) {
            int k = 0;
            while (k < n && lower(b[i + k]) == needle[k]) {
                k++;
            }
            if (k == n) {
                return i;
            }
        }
        return -1;
    }

    public static byte lower(byte c) {
        return c >= 'A' && c <= 'Z' ? (byte) (c + 32) : c;
    }

    public static boolean startsWith(byte[] b, int from, int to, byte[] prefix) {
        return to - from >= prefix.length
                && java.util.Arrays.equals(b, from, from + prefix.length, prefix, 0, prefix.length);
    }
}
