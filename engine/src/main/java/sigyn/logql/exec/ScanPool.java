package sigyn.logql.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// The threads that scan: as many as the machine has cores, shared by all queries. A query's workers take pieces of
/// work
/// one at a time, so that queries that come together advance together.
public final class ScanPool implements AutoCloseable {
    private final int threads;
    private final ExecutorService executor;

    public ScanPool(int threads) {
        this.threads = threads;
        var count = new AtomicInteger();
        executor = Executors.newFixedThreadPool(threads, task -> {
            var thread = new Thread(task, "scan-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /// Does the pieces of one query, each by one of the workers that `worker` makes.
    interface Worker<T> {
        /// Does a piece; returns false when no more pieces are wanted.
        boolean work(T piece, AtomicBoolean stop) throws InterruptedException;
    }

    /// Works through `pieces` in their order, several at once, and returns the workers that took part.
    <T, W extends Worker<T>> List<W> run(List<T> pieces, boolean alone, Supplier<W> worker)
            throws InterruptedException {
        var stop = new AtomicBoolean();
        var next = new AtomicInteger();
        int n = alone ? 1 : Math.min(threads, pieces.size());
        if (n <= 1) {
            var only = worker.get();
            for (var piece : pieces) {
                if (stop.get() || !only.work(piece, stop)) {
                    break;
                }
            }
            return List.of(only);
        }
        var futures = new ArrayList<Future<W>>(n);
        for (int i = 0; i < n; i++) {
            futures.add(executor.submit(() -> {
                var mine = worker.get();
                try {
                    for (int k = next.getAndIncrement(); k < pieces.size() && !stop.get(); k = next.getAndIncrement()) {
                        if (!mine.work(pieces.get(k), stop)) {
                            break;
                        }
                    }
                    return mine;
                } catch (Throwable t) {
                    stop.set(true);
                    throw t;
                }
            }));
        }
        return collect(futures, stop);
    }

    private static <W> List<W> collect(List<Future<W>> futures, AtomicBoolean stop) throws InterruptedException {
        var workers = new ArrayList<W>(futures.size());
        Throwable failure = null;
        for (var future : futures) {
            try {
                workers.add(future.get());
            } catch (ExecutionException e) {
                failure = failure == null ? e.getCause() : failure;
            } catch (InterruptedException e) {
                stop.set(true);
                futures.forEach(f -> f.cancel(true));
                throw e;
            }
        }
        switch (failure) {
            case null -> {}
            case SigynException e -> throw e;
            case InterruptedException _ ->
                throw new SigynException(ErrorKind.CANCELLED, "the request was cancelled by the client");
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
        return workers;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
