package sigyn.logql.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sigyn.model.SigynException;

/// The pieces of one query, worked through in their order by the caller and helpers, each of whom computes when it is
/// its turn.
final class ParallelScan<T, W extends ParallelScan.Worker<T>> {
    /// Does pieces, for one thread.
    interface Worker<T> {
        /// Does a piece; returns false when no more pieces are wanted.
        boolean work(T piece, AtomicBoolean stop) throws InterruptedException;
    }

    private final List<T> pieces;
    private final Supplier<W> worker;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicBoolean stop = new AtomicBoolean();
    /// Guarded by itself.
    private final List<W> workers = new ArrayList<>();

    private @Nullable Throwable failure;

    private ParallelScan(List<T> pieces, Supplier<W> worker) {
        this.pieces = pieces;
        this.worker = worker;
    }

    /// Returns the workers that took part, once all have ended.
    ///
    /// @param alone true when helpers would cost more than they bring
    static <T, W extends Worker<T>> List<W> run(CpuTurns turns, List<T> pieces, boolean alone, Supplier<W> worker)
            throws InterruptedException {
        return new ParallelScan<>(pieces, worker).run(alone ? 0 : Math.min(turns.cores(), pieces.size()) - 1, turns);
    }

    private List<W> run(int helpers, CpuTurns turns) throws InterruptedException {
        var ended = new CountDownLatch(Math.max(0, helpers));
        for (int i = 0; i < helpers; i++) {
            turns.help(this::work, this::fail, ended::countDown);
        }
        try {
            work();
        } catch (Throwable t) {
            fail(t);
        }
        if (helpers > 0) {
            CpuTurns.aside(() -> untilEnded(ended));
        }
        return finished();
    }

    /// Helpers use what the caller closes afterwards, so it waits for them whatever happens; an interruption ends the
    /// scan for all.
    private void untilEnded(CountDownLatch ended) {
        while (ended.getCount() > 0) {
            try {
                ended.await();
            } catch (InterruptedException e) {
                fail(e);
            }
        }
    }

    private void work() throws InterruptedException {
        W mine = null;
        while (!stop.get()) {
            int piece = next.getAndIncrement();
            if (piece >= pieces.size()) {
                return;
            }
            if (mine == null) {
                mine = worker.get();
                synchronized (workers) {
                    workers.add(mine);
                }
            }
            if (!mine.work(pieces.get(piece), stop)) {
                stop.set(true);
            }
            CpuTurns.pause();
        }
    }

    private void fail(Throwable problem) {
        synchronized (workers) {
            if (failure == null) {
                failure = problem;
            }
        }
        stop.set(true);
    }

    private List<W> finished() throws InterruptedException {
        synchronized (workers) {
            switch (failure) {
                case null -> {}
                case SigynException e -> throw e;
                case InterruptedException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(failure);
            }
            return workers;
        }
    }
}
