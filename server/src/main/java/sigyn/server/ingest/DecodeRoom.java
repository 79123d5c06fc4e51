package sigyn.server.ingest;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// The memory that all pushes together may take while they are being decoded. Small pushes are not counted; large ones
/// wait for room, and are told to come again when there is none for a while.
final class DecodeRoom {
    private static final int FREE = 256 << 10;
    private static final int UNIT = 16 << 10;
    private static final int WAIT_SECONDS = 5;

    private final Semaphore units;
    private final int most;

    DecodeRoom(long bytes) {
        this.most = (int) (bytes / UNIT);
        this.units = new Semaphore(most, true);
    }

    Space open() {
        return new Space();
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
                if (!units.tryAcquire(wanted - taken, WAIT_SECONDS, TimeUnit.SECONDS)) {
                    throw new SigynException(ErrorKind.OVERLOADED, "too many large pushes at once");
                }
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
            units.release(taken);
            taken = 0;
        }
    }
}
