package sigyn.storage.wal;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import sigyn.codec.ByteSink;
import sigyn.codec.Bytes;
import sigyn.codec.Compression;

/// A record on its way to disk and the caller that waits for it. `task` is what to do with it once it is there.
public final class WalEntry<T> {
    private static final int COMPRESS_FROM = 1024;

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

    /// Compresses into `packed` and checksums on the caller's thread; small or incompressible payloads are kept as they
    /// are. Both sinks belong to the entry until its fate is known.
    public static <T> WalEntry<T> of(ByteSink payload, ByteSink packed, T task) {
        if (payload.size() >= COMPRESS_FROM) {
            packed.i32(payload.size());
            Compression.lz4(payload.array(), 0, payload.size(), packed);
            if (packed.size() < payload.size()) {
                return new WalEntry<>(WalRecord.Kind.BATCH_LZ4, packed.array(), packed.size(), task);
            }
        }
        return new WalEntry<>(WalRecord.Kind.BATCH, payload.array(), payload.size(), task);
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
