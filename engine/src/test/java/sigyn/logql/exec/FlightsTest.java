package sigyn.logql.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sigyn.model.SigynException;

/// Equal questions at one time have one answer.
class FlightsTest {
    private static final QueryResult ANSWER = new QueryResult.Matrix(List.of(), QueryStats.NONE, List.of());

    private final Flights flights = new Flights();
    private final CountDownLatch working = new CountDownLatch(1);
    private final CountDownLatch finish = new CountDownLatch(1);
    private final AtomicInteger runs = new AtomicInteger();

    private QueryResult work(Cancellation cancellation) throws InterruptedException {
        runs.incrementAndGet();
        working.countDown();
        finish.await();
        cancellation.check();
        return ANSWER;
    }

    private static FutureTask<QueryResult> start(Callable<QueryResult> call) {
        var task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    /// Returns once the thread that asks is waiting for the answer of another.
    private FutureTask<QueryResult> follow(Cancellation own) throws InterruptedException {
        var asking = new CountDownLatch(1);
        var task = new FutureTask<>(() -> {
            asking.countDown();
            return flights.answer("q", own, this::work);
        });
        var thread = Thread.ofPlatform().start(task);
        asking.await();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return task;
    }

    @Test
    void equalQuestionsRunOnce() throws Exception {
        var first = start(() -> flights.answer("q", Cancellation.never(), this::work));
        working.await();
        var second = follow(Cancellation.never());
        finish.countDown();
        assertThat(first.get()).isSameAs(ANSWER);
        assertThat(second.get()).isSameAs(ANSWER);
        assertThat(runs).hasValue(1);
        assertThat(flights.answer("q", Cancellation.never(), this::work)).isSameAs(ANSWER);
        assertThat(runs).hasValue(2);
    }

    @Test
    void whoAskedFirstMayLeaveWhileOthersWait() throws Exception {
        var leaving = Cancellation.never();
        var first = start(() -> flights.answer("q", leaving, this::work));
        working.await();
        var second = follow(Cancellation.never());
        leaving.cancel();
        finish.countDown();
        assertThat(second.get()).isSameAs(ANSWER);
        assertThat(first.get()).isSameAs(ANSWER);
    }

    @Test
    void workEndsWhenNobodyWaits() throws Exception {
        var one = Cancellation.never();
        var other = Cancellation.never();
        var first = start(() -> flights.answer("q", one, this::work));
        working.await();
        var second = follow(other);
        other.cancel();
        assertThatThrownBy(second::get).hasCauseInstanceOf(SigynException.class);
        one.cancel();
        finish.countDown();
        assertThatThrownBy(first::get).hasCauseInstanceOf(SigynException.class);
    }

    @Test
    void allQueriesTogetherHoldSoMuchAndGiveItBack() {
        long mib = 1 << 20;
        var shared = new Budget.Shared(100 * mib, new Partials(1000));
        try (var one = new Budget(80 * mib, shared);
                var modest = new Budget(80 * mib, shared)) {
            one.take(70 * mib);
            try (var other = new Budget(80 * mib, shared)) {
                assertThatThrownBy(() -> other.take(40 * mib)).hasMessageContaining("together");
                modest.take(mib);
            }
            one.take(10 * mib);
            assertThatThrownBy(() -> one.take(1)).hasMessageContaining("one query");
        }
        assertThat(shared.used()).isZero();
    }
}
