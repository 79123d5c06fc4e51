package sigyn.logql.exec;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// Who may compute: as many threads at once as the machine has cores. A thread that computes for a query looks up now
/// and then, by [#pause], and makes way for one that stands before it.
///
/// Threads stand in the order in which they came, but whose query has computed for longer stands further back, and so
/// does, a little, who comes after many of its own tenant while others wait. So a short query overtakes the longer ones
/// at once; equally long ones relieve each other every two seconds, which keeps few of them half done in memory; and
/// none is overtaken for ever (a feedback queue with aging).
public final class CpuTurns implements AutoCloseable {
    private static final long MILLI = 1_000_000;
    /// How long a thread computes at least before it makes way.
    private static final long SLICE_NANOS = 2 * MILLI;
    /// From so much computing on a query is of the next level.
    private static final long[] LEVEL_FROM = {0, SLICE_NANOS, 8 * MILLI, 32 * MILLI, 320 * MILLI, 3_200 * MILLI};
    /// How far back the threads of a level stand.
    private static final long[] LEVEL_BACK = {0, 50 * MILLI, 100 * MILLI, 2_000 * MILLI, 4_000 * MILLI, 6_000 * MILLI};
    private static final long NEIGHBOUR_NANOS = 10_000_000;
    private static final long CHECK_NANOS = 100_000_000;
    private static final ThreadLocal<@Nullable Turn> CURRENT = new ThreadLocal<>();

    private final ReentrantLock lock = new ReentrantLock();
    /// Guarded by `lock`, as are the three below.
    private final PriorityQueue<Turn> waiting = new PriorityQueue<>(
            (a, b) -> a.place != b.place ? Long.compare(a.place, b.place) : Long.compare(a.number, b.number));

    private final Map<String, Integer> waitingOfTenant = new HashMap<>();
    private int free;
    private long numbers;
    private volatile boolean closed;
    /// The place of who waits first, on this object's clock; the largest value when nobody does.
    private volatile long firstPlace = Long.MAX_VALUE;

    private final long epoch = System.nanoTime();

    private final int cores;

    public CpuTurns(int cores) {
        this.cores = cores;
        this.free = cores;
    }

    int cores() {
        return cores;
    }

    /// What a query has computed so far, by all its threads.
    private static final class Use {
        private final String tenant;
        private final AtomicLong nanos = new AtomicLong();

        Use(String tenant) {
            this.tenant = tenant;
        }

        private int level(long more) {
            long all = nanos.get() + more;
            int level = 0;
            while (level + 1 < LEVEL_FROM.length && all >= LEVEL_FROM[level + 1]) {
                level++;
            }
            return level;
        }
    }

    @FunctionalInterface
    public interface Work<T> {
        T run() throws InterruptedException;
    }

    @FunctionalInterface
    interface Step {
        void run() throws InterruptedException;
    }

    /// A thread that computes or waits to.
    private final class Turn {
        final Use use;
        /// Run now and then while the thread waits; throws when the work is not wanted any more.
        final Runnable check;
        final Thread thread = Thread.currentThread();
        /// Guarded by `lock` while the turn waits.
        long place;

        long number;
        volatile boolean granted;
        /// Of the thread itself.
        private long since;

        private boolean held;

        Turn(Use use, Runnable check) {
            this.use = use;
            this.check = check;
        }

        /// Waits until the thread may compute.
        void take() {
            checkOpen();
            lock.lock();
            try {
                queue(now());
                grant();
            } finally {
                lock.unlock();
            }
            await();
        }

        void give() {
            if (!held) {
                return;
            }
            held = false;
            use.nanos.addAndGet(now() - since);
            lock.lock();
            try {
                free++;
                grant();
            } finally {
                lock.unlock();
            }
        }

        void pause() {
            checkOpen();
            long first = firstPlace;
            if (first == Long.MAX_VALUE) {
                return;
            }
            long now = now();
            long used = now - since;
            if (used < SLICE_NANOS || first > now + LEVEL_BACK[use.level(used) - 1]) {
                return;
            }
            held = false;
            use.nanos.addAndGet(used);
            lock.lock();
            try {
                free++;
                queue(now);
                grant();
            } finally {
                lock.unlock();
            }
            await();
        }

        private void queue(long now) {
            int before = waitingOfTenant.merge(use.tenant, 1, Integer::sum) - 1;
            int behind = waitingOfTenant.size() == 1 ? 0 : before;
            place = now + LEVEL_BACK[use.level(0)] + behind * NEIGHBOUR_NANOS;
            number = numbers++;
            granted = false;
            waiting.add(this);
            first();
        }

        private void await() {
            try {
                while (!granted) {
                    LockSupport.parkNanos(this, CHECK_NANOS);
                    check.run();
                    checkOpen();
                }
            } finally {
                held = granted || !withdraw();
                since = now();
            }
        }

        /// Leaves the queue; false when the turn was given in this very moment.
        private boolean withdraw() {
            lock.lock();
            try {
                if (waiting.remove(this)) {
                    left(this);
                }
                return !granted;
            } finally {
                lock.unlock();
            }
        }
    }

    /// Answers a query when its turn comes.
    public <T> T compute(QueryContext context, Work<T> work) throws InterruptedException {
        return during(new Use(context.tenantKey()), context.cancellation()::check, work);
    }

    private <T> T during(Use use, Runnable check, Work<T> work) throws InterruptedException {
        var turn = new Turn(use, check);
        try {
            turn.take();
            CURRENT.set(turn);
            return work.run();
        } finally {
            CURRENT.remove();
            turn.give();
        }
    }

    /// Lets another thread work for the query that this one computes for, within [#compute].
    void help(Step work, Consumer<Throwable> failed, Runnable ended) {
        var caller = CURRENT.get();
        Thread.ofVirtual().name("scan").start(() -> {
            try {
                during(caller.use, caller.check, () -> {
                    work.run();
                    return true;
                });
            } catch (Throwable t) {
                failed.accept(t);
            } finally {
                ended.run();
            }
        });
    }

    /// Waits, within [#compute], without keeping others from computing.
    static void aside(Step wait) throws InterruptedException {
        var turn = CURRENT.get();
        turn.give();
        try {
            wait.run();
        } finally {
            turn.take();
        }
    }

    /// Makes way for who stands before this thread.
    static void pause() {
        var turn = CURRENT.get();
        if (turn != null) {
            turn.pause();
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private long now() {
        return System.nanoTime() - epoch;
    }

    private void checkOpen() {
        if (closed) {
            throw new SigynException(ErrorKind.CANCELLED, "the server is stopping");
        }
    }

    private void grant() {
        while (free > 0) {
            var next = waiting.poll();
            if (next == null) {
                return;
            }
            free--;
            left(next);
            next.granted = true;
            LockSupport.unpark(next.thread);
        }
    }

    private void left(Turn turn) {
        waitingOfTenant.computeIfPresent(turn.use.tenant, (_, n) -> n == 1 ? null : n - 1);
        first();
    }

    private void first() {
        var first = waiting.peek();
        firstPlace = first == null ? Long.MAX_VALUE : first.place;
    }
}
