package sigyn.logql.exec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// The threads that scan: as many as the machine has cores, shared by all queries. Each takes one piece of one query at
/// a time, by turns over the tenants that wait and, within a tenant, over its queries: a long query delays a short one
/// by
/// pieces, not by its length.
public final class ScanPool implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    /// Queries that have pieces left, by tenant; both in the order of their turns. Guarded by `lock`.
    private final LinkedHashMap<String, ArrayDeque<Job<?, ?>>> waiting = new LinkedHashMap<>();

    private final List<Thread> threads = new ArrayList<>();
    private boolean closed;

    public ScanPool(int threads) {
        for (int i = 1; i <= threads; i++) {
            this.threads.add(Thread.ofPlatform().name("scan-" + i).daemon(true).start(this::serve));
        }
    }

    /// Does the pieces of one query, each by one of the workers that `worker` makes.
    interface Worker<T> {
        /// Does a piece; returns false when no more pieces are wanted.
        boolean work(T piece, AtomicBoolean stop) throws InterruptedException;
    }

    /// One query at work.
    private static final class Job<T, W extends Worker<T>> {
        final List<T> pieces;
        final Supplier<W> make;
        final Condition done;
        final AtomicBoolean stop = new AtomicBoolean();
        final List<W> workers = new ArrayList<>();
        final ArrayDeque<W> idle = new ArrayDeque<>();
        int next;
        int running;

        @Nullable
        Throwable failure;

        Job(List<T> pieces, Supplier<W> make, Condition done) {
            this.pieces = pieces;
            this.make = make;
            this.done = done;
        }

        void abandon() {
            stop.set(true);
            if (failure == null) {
                failure = new SigynException(ErrorKind.CANCELLED, "the server is stopping");
            }
            done.signalAll();
        }

        boolean hasMore() {
            return next < pieces.size() && !stop.get();
        }

        /// Does a piece with a worker that nobody else uses.
        void step(int piece, @Nullable W free, ReentrantLock lock) {
            W mine = free;
            Throwable problem = null;
            boolean more = false;
            try {
                mine = mine == null ? make.get() : mine;
                more = mine.work(pieces.get(piece), stop);
            } catch (Throwable t) {
                problem = t;
            }
            lock.lock();
            try {
                if (mine != null) {
                    if (mine != free) {
                        workers.add(mine);
                    }
                    idle.add(mine);
                }
                if (problem != null && failure == null) {
                    failure = problem;
                }
                if (!more) {
                    stop.set(true);
                }
                if (--running == 0 && !hasMore()) {
                    done.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /// Works through `pieces` in their order, several at once, and returns the workers that took part.
    ///
    /// @param tenant who waits for it
    <T, W extends Worker<T>> List<W> run(String tenant, List<T> pieces, boolean alone, Supplier<W> worker)
            throws InterruptedException {
        if (alone || pieces.size() <= 1) {
            var stop = new AtomicBoolean();
            var only = worker.get();
            for (var piece : pieces) {
                if (!only.work(piece, stop)) {
                    break;
                }
            }
            return List.of(only);
        }
        var job = new Job<>(pieces, worker, lock.newCondition());
        lock.lock();
        try {
            waiting.computeIfAbsent(tenant, _ -> new ArrayDeque<>()).add(job);
            work.signalAll();
            while (job.running > 0 || job.hasMore()) {
                job.done.await();
            }
        } catch (InterruptedException e) {
            job.stop.set(true);
            throw e;
        } finally {
            lock.unlock();
        }
        return finished(job);
    }

    private static <T, W extends Worker<T>> List<W> finished(Job<T, W> job) throws InterruptedException {
        switch (job.failure) {
            case null -> {}
            case SigynException e -> throw e;
            case InterruptedException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(job.failure);
        }
        return job.workers;
    }

    private void serve() {
        while (true) {
            lock.lock();
            try {
                while (waiting.isEmpty() && !closed) {
                    work.awaitUninterruptibly();
                }
                if (closed) {
                    return;
                }
            } finally {
                lock.unlock();
            }
            turn();
        }
    }

    /// Takes a piece of the query whose turn it is, and does it.
    private void turn() {
        Runnable step;
        lock.lock();
        try {
            var tenant = waiting.firstEntry();
            if (tenant == null) {
                return;
            }
            waiting.remove(tenant.getKey());
            var jobs = tenant.getValue();
            step = take(jobs.remove(), jobs);
            if (!jobs.isEmpty()) {
                waiting.put(tenant.getKey(), jobs);
            }
        } finally {
            lock.unlock();
        }
        step.run();
    }

    private <T, W extends Worker<T>> Runnable take(Job<T, W> job, ArrayDeque<Job<?, ?>> jobs) {
        if (!job.hasMore()) {
            return () -> {};
        }
        int piece = job.next++;
        job.running++;
        if (job.hasMore()) {
            jobs.add(job);
        }
        W free = job.idle.poll();
        return () -> job.step(piece, free, lock);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
            for (var jobs : waiting.values()) {
                jobs.forEach(Job::abandon);
            }
        } finally {
            lock.unlock();
        }
    }
}
