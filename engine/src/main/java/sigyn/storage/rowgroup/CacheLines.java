package sigyn.storage.rowgroup;

/// Asks for bytes before they are needed: what is all over the memory takes longer to wait for, one piece after the
/// other, than to work on. Touched at once, pieces are waited for together.
final class CacheLines {
    private static final int BYTES = 64;

    private CacheLines() {}

    /// Touches `b[from, end)`. The result is to be kept, or the compiler leaves all of it out.
    static int touch(byte[] b, int from, int end) {
        int sum = 0;
        for (int i = from; i < end; i += BYTES) {
            sum += b[i];
        }
        return sum;
    }
}
