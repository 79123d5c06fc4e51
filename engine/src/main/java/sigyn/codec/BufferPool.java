package sigyn.codec;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A few large arrays that are used again and again, because the collector moves and clears large garbage at a price.
/// Whoever takes one gives it back, or another one; what is not given back is only garbage. Thread-safe.
public final class BufferPool {
    private static final int KEPT = 16;
    private static final int LARGEST = 4 << 20;
    private static final int KEPT_BYTES = 4 * LARGEST;
    private static final byte[] EMPTY = new byte[0];

    private final ArrayBlockingQueue<byte[]> free = new ArrayBlockingQueue<>(KEPT);
    private final AtomicInteger bytes = new AtomicInteger();

    /// Some array, of any length and content.
    public byte[] take() {
        byte @Nullable [] array = free.poll();
        if (array == null) {
            return EMPTY;
        }
        bytes.addAndGet(-array.length);
        return array;
    }

    /// Returns an array that nobody uses any more. It is not kept when it is larger than usual, or when many are.
    public void give(byte[] array) {
        if (array.length == 0 || array.length > LARGEST) {
            return;
        }
        if (bytes.addAndGet(array.length) > KEPT_BYTES || !free.offer(array)) {
            bytes.addAndGet(-array.length);
        }
    }
}
