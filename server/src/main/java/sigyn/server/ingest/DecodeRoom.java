package sigyn.server.ingest;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// The bodies that all pushes together may have in memory while they are being decoded, which takes up to five times
/// as much: the body, its objects or lines, the batch. Small pushes are not counted; large ones wait for room, and are
/// told to come again when there is none for a while.
///
/// Of those that have some room and wait for more, one goes ahead of what there is, so that they do not all wait for
/// each other. So does one that has none yet, once others were given as much as it waits for: what is large is not
/// passed over until its time is over, and what is less large need not queue behind it.
final class DecodeRoom {
    private static final int FREE = 256 << 10;
    private static final int UNIT = 16 << 10;
    private static final int WAIT_SECONDS = 5;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private final int most;
    /// Guarded by `lock`, below 0 while one is ahead.
    private int units;

    /// All that were ever taken.
    private long given;

    private @Nullable Space ahead;

    DecodeRoom(long bytes) {
        this.most = (int) (bytes / UNIT);
        this.units = most;
    }

    Space open() {
        return new Space();
    }

    private void acquire(Space space, int more) throws InterruptedException {
        long left = TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        lock.lockInterruptibly();
        try {
            long givenBefore = given;
            while (units < more && ahead != space) {
                if (ahead == null && (space.taken > 0 || given - givenBefore >= more)) {
                    ahead = space;
                } else if (left > 0) {
                    left = freed.awaitNanos(left);
                } else {
                    throw new SigynException(ErrorKind.OVERLOADED, "too many large pushes at once");
                }
            }
            units -= more;
            given += more;
        } finally {
            lock.unlock();
        }
    }

    private void release(Space space) {
        lock.lock();
        try {
            units += space.taken;
            if (ahead == space) {
                ahead = null;
            }
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// What one push takes, until it is closed. For one thread.
    final class Space implements AutoCloseable {
        private long bytes;
        private int taken;

        /// Takes room for so many bytes more.
        void take(long more) throws InterruptedException {
            bytes += more;
            int wanted = (int) Math.min(most, Math.max(0, bytes - FREE) / UNIT);
            if (wanted > taken) {
                acquire(this, wanted - taken);
                taken = wanted;
            }
        }

        /// The same bytes, room taken as they are read.
        InputStream counting(InputStream in) {
            return new FilterInputStream(in) {
                @Override
                public int read() throws IOException {
                    int b = super.read();
                    count(b < 0 ? 0 : 1);
                    return b;
                }

                @Override
                public int read(byte[] to, int offset, int length) throws IOException {
                    int n = super.read(to, offset, length);
                    count(Math.max(0, n));
                    return n;
                }

                private void count(int n) throws IOException {
                    try {
                        take(n);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IOException("interrupted", e);
                    }
                }
            };
        }

        @Override
        public void close() {
            if (taken > 0) {
                release(this);
                taken = 0;
            }
        }
    }
}
