package sigyn.codec;

import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/// A few large arrays that are used again and again, because the collector moves and clears large garbage at a price.
/// Whoever takes one gives it back, or another one; what is not given back is only garbage. Thread-safe.
public final class BufferPool {
    private static final int KEPT = 4;
    private static final int LARGEST = 4 << 20;
    private static final byte[] EMPTY = new byte[0];

    private final ArrayBlockingQueue<byte[]> free = new ArrayBlockingQueue<>(KEPT);

    /// Some array, of any length and content.
    public byte[] take() {
        byte @Nullable [] array = free.poll();
        return array == null ? EMPTY : array;
    }

    /// Returns an array that nobody uses any more. Arrays that are larger than usual are not kept.
    public void give(byte[] array) {
        if (array.length > 0 && array.length <= LARGEST) {
            free.offer(array);
        }
    }
}
