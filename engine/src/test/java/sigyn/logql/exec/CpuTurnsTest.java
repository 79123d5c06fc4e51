package sigyn.logql.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sigyn.model.SigynException;
import sigyn.model.Tenant;

/// Threads of queries compute when it is their turn.
@Timeout(60)
class CpuTurnsTest {
    private static final QueryContext QUERY = QueryContext.of(new Tenant("t"));

    private CpuTurns turns = new CpuTurns(1);
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void close() throws InterruptedException {
        turns.close();
        for (var thread : threads) {
            thread.interrupt();
            thread.join();
        }
    }

    private <T> FutureTask<T> start(Callable<T> call) {
        var task = new FutureTask<>(call);
        threads.add(Thread.ofPlatform().start(task));
        return task;
    }

    private FutureTask<Boolean> query(QueryContext context, CpuTurns.Work<Boolean> work) {
        return start(() -> turns.compute(context, work));
    }

    /// Returns once the thread started last waits for its turn.
    private void untilLastWaits() {
        until(() -> threads.getLast().getState() == Thread.State.TIMED_WAITING);
    }

    private static void until(BooleanSupplier reached) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still waiting").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /// Computes until told to end.
    private static boolean busyUntil(AtomicBoolean end) {
        until(() -> {
            CpuTurns.pause();
            return end.get();
        });
        return true;
    }

    @Test
    void aShortQueryOvertakesALongOne() throws Exception {
        var computing = new CountDownLatch(1);
        var done = new AtomicBoolean();
        var longOne = query(QUERY, () -> {
            computing.countDown();
            return busyUntil(done);
        });
        computing.await();
        assertThat(query(QUERY, () -> true).get()).isTrue();
        assertThat(longOne.isDone()).isFalse();
        done.set(true);
        assertThat(longOne.get()).isTrue();
    }

    @Test
    void whoHasComputedForMillisecondsMakesWayForANewcomer() throws Exception {
        var computing = new CountDownLatch(1);
        var waits = new CountDownLatch(1);
        var other = new AtomicBoolean();
        var first = query(QUERY, () -> {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            computing.countDown();
            waits.await();
            CpuTurns.pause();
            return other.get();
        });
        computing.await();
        var newcomer = query(QUERY, () -> {
            other.set(true);
            return true;
        });
        untilLastWaits();
        waits.countDown();
        assertThat(first.get()).isTrue();
        assertThat(newcomer.get()).isTrue();
    }

    @Test
    void longOnesRelieveEachOther() throws Exception {
        var done = new AtomicBoolean();
        var taken = new AtomicInteger();
        var queries = IntStream.range(0, 3)
                .mapToObj(_ -> query(QUERY, () -> {
                    taken.incrementAndGet();
                    return busyUntil(done);
                }))
                .toList();
        until(() -> taken.get() == 3);
        done.set(true);
        for (var query : queries) {
            assertThat(query.get()).isTrue();
        }
    }

    @Test
    void noMoreComputeAtOnceThanThereAreCores() throws Exception {
        turns = new CpuTurns(2);
        var at = new AtomicInteger();
        var most = new AtomicInteger();
        var queries = IntStream.range(0, 8)
                .mapToObj(_ -> query(QUERY, () -> {
                    for (int round = 0; round < 20; round++) {
                        most.accumulateAndGet(at.incrementAndGet(), Math::max);
                        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
                        while (System.nanoTime() < until) {
                            Thread.onSpinWait();
                        }
                        at.decrementAndGet();
                        QUERY.check();
                    }
                    return true;
                }))
                .toList();
        for (var query : queries) {
            assertThat(query.get()).isTrue();
        }
        assertThat(most).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void whoIsCancelledWhileWaitingTakesNoTurnAlong() throws Exception {
        var computing = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        var first = query(QUERY, () -> {
            computing.countDown();
            finish.await();
            return true;
        });
        computing.await();
        var cancellation = Cancellation.never();
        var cancelled = query(QUERY.withCancellation(cancellation), () -> true);
        untilLastWaits();
        cancellation.cancel();
        assertThatThrownBy(cancelled::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SigynException.class)
                .hasMessageContaining("cancelled");
        finish.countDown();
        assertThat(first.get()).isTrue();
        assertThat(query(QUERY, () -> true).get()).isTrue();
    }

    @Test
    void closingEndsWhoWaitsAndWhoComputes() throws Exception {
        var computing = new CountDownLatch(1);
        var first = query(QUERY, () -> {
            computing.countDown();
            return busyUntil(new AtomicBoolean());
        });
        computing.await();
        turns.close();
        assertThatThrownBy(first::get).hasMessageContaining("the server is stopping");
        assertThatThrownBy(query(QUERY, () -> true)::get).hasMessageContaining("the server is stopping");
    }

    @Test
    void whoStandsAsideLetsOthersCompute() throws Exception {
        assertThat(query(QUERY, () -> {
                            var other = query(QUERY, () -> true);
                            CpuTurns.aside(() -> until(other::isDone));
                            return true;
                        })
                        .get())
                .isTrue();
    }

    /// Takes one piece each; the helper works on its own until told to stop.
    private record Endless(CountDownLatch bothWork, AtomicBoolean helperWorks, AtomicBoolean callerIsDone)
            implements ParallelScan.Worker<Integer> {
        @Override
        public boolean work(Integer piece, AtomicBoolean stop) throws InterruptedException {
            bothWork.countDown();
            bothWork.await();
            if (Thread.currentThread().isVirtual()) {
                helperWorks.set(true);
                busyUntil(stop);
                helperWorks.set(false);
            } else {
                callerIsDone.set(true);
            }
            return true;
        }
    }

    /// True for a thread whose own work is done; while it works it waits for a latch too.
    private static boolean waitsForHelpers(Thread thread) {
        Object blocker = LockSupport.getBlocker(thread);
        return blocker != null && blocker.getClass().getEnclosingClass() == CountDownLatch.class;
    }

    @Test
    void interruptedScansLeaveNobodyAtWork() throws Exception {
        turns = new CpuTurns(2);
        var atWork = List.of(new AtomicBoolean(), new AtomicBoolean());
        var scans = new ArrayList<FutureTask<Boolean>>();
        for (var helperWorks : atWork) {
            var callerIsDone = new AtomicBoolean();
            var endless = new Endless(new CountDownLatch(2), helperWorks, callerIsDone);
            scans.add(query(QUERY, () -> {
                assertThatThrownBy(() -> ParallelScan.run(turns, List.of(0, 1), false, () -> endless))
                        .isInstanceOf(InterruptedException.class);
                return helperWorks.get();
            }));
            until(() -> helperWorks.get() && callerIsDone.get() && waitsForHelpers(threads.getLast()));
        }
        threads.forEach(Thread::interrupt);
        for (var scan : scans) {
            assertThat(scan.get(20, TimeUnit.SECONDS)).isFalse();
        }
    }
}
