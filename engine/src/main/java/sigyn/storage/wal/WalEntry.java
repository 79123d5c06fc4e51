package sigyn.storage.wal;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import sigyn.codec.ByteSink;
import sigyn.codec.Bytes;
import sigyn.codec.Compression;

/// A record on its way to disk and the caller that waits for it. `task` is what to do with it once it is there.
public final class WalEntry<T> {
    final WalRecord.Kind kind;
    final byte[] payload;
    final int length;
    final int crc;
    private final T task;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable Throwable failure;
    long seq;

    private WalEntry(WalRecord.Kind kind, byte[] payload, int length, T task) {
        this.kind = kind;
        this.payload = payload;
        this.length = length;
        this.crc = Bytes.crc32c(payload, 0, length);
        this.task = task;
    }

    /// Adds both parts of a batch to the compressed lines in `packed`, compressed too, and checksums on the caller's
    /// thread. `packed` belongs to the entry until its fate is known.
    ///
    /// @param head bytes of `batch` that come before what describes the rows
    public static <T> WalEntry<T> of(ByteSink batch, int head, ByteSink packed, T task) {
        int lines = packed.size();
        Compression.pack(batch.array(), 0, head, packed);
        int stored = packed.size() - lines;
        Compression.pack(batch.array(), head, batch.size() - head, packed);
        packed.i32(head);
        packed.i32(stored);
        packed.i32(batch.size() - head);
        packed.i32(packed.size() - 3 * Integer.BYTES - lines - stored);
        return new WalEntry<>(WalRecord.Kind.BATCH_LINES, packed.array(), packed.size(), task);
    }

    public T task() {
        return task;
    }

    /// The entry's place in the log; known once it is written.
    public long seq() {
        return seq;
    }

    /// Bytes in the file.
    public int size() {
        return WalSegment.RECORD_HEADER_SIZE + length;
    }

    /// Wakes the waiting caller: the entry is on disk and its task is done.
    public void complete() {
        done.countDown();
    }

    /// Wakes the waiting caller: the entry is not acknowledged.
    public void fail(Throwable cause) {
        failure = cause;
        done.countDown();
    }

    /// Waits for the outcome; null means success.
    public @Nullable Throwable await() throws InterruptedException {
        done.await();
        return failure;
    }
}
