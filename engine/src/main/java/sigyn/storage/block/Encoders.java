package sigyn.storage.block;

import java.util.concurrent.Semaphore;
import sigyn.storage.rowgroup.EncodedRowGroup;
import sigyn.storage.rowgroup.RowGroupEncoder;
import sigyn.storage.rowgroup.RowGroupInput;

/// Bounds how many row groups a store encodes at once: an encoder keeps some tens of megabytes. Others wait.
public final class Encoders {
    private final Semaphore permits;
    private final Scratch<RowGroupEncoder> free = new Scratch<>(RowGroupEncoder::new);

    public Encoders(int most) {
        permits = new Semaphore(most, true);
    }

    EncodedRowGroup encode(RowGroupInput in) {
        permits.acquireUninterruptibly();
        try {
            var encoder = free.take();
            var group = encoder.encode(in);
            free.giveBack(encoder);
            return group;
        } finally {
            permits.release();
        }
    }
}
