package sigyn.logql.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

class HopelessTest {
    private final AtomicLong now = new AtomicLong(-5);
    private final Hopeless hopeless = new Hopeless(now::get);

    private static long seconds(double n) {
        return (long) (n * TimeUnit.SECONDS.toNanos(1));
    }

    private static SigynException tooMuch() {
        return new SigynException(ErrorKind.LIMIT_EXCEEDED, "too much");
    }

    private String refused(Object question, long length) {
        var refusal = hopeless.refusal(question, length);
        return refusal == null ? "not refused" : refusal.failure().getMessage() + "";
    }

    @Test
    void itIsTriedAgainAfterTenTimesAsLongAsItTook() {
        hopeless.failed("query", 100, seconds(0.5), tooMuch(), true);
        now.addAndGet(seconds(4.9));
        assertThat(refused("query", 100)).isEqualTo("too much; it did a moment ago and is tried again in 1 s");
        assertThat(refused("query", 101)).contains("too much");
        assertThat(hopeless.refusal("query", 99)).isNull();
        assertThat(hopeless.refusal("other", 100)).isNull();
        now.addAndGet(seconds(0.1));
        assertThat(hopeless.refusal("query", 100)).isNull();
    }

    @Test
    void oneTriesItAgainWhileTheOthersAreRefused() {
        hopeless.failed("query", 100, seconds(0.5), tooMuch(), true);
        now.addAndGet(seconds(5));
        assertThat(hopeless.refusal("query", 100)).isNull();
        assertThat(refused("query", 100)).contains("tried again in 1 s");
        now.addAndGet(seconds(1));
        assertThat(hopeless.refusal("query", 100)).isNull();
        assertThat(refused("query", 100)).contains("too much");
        hopeless.answered("query", 99);
        assertThat(refused("query", 100)).contains("too much");
        hopeless.answered("query", 100);
        assertThat(hopeless.refusal("query", 100)).isNull();
        assertThat(hopeless.refusal("query", 100)).isNull();
    }

    @Test
    void noneIsRefusedForLongerThanAMinuteOrShorterThanFiveSeconds() {
        hopeless.failed("slow", 0, seconds(500), tooMuch(), true);
        hopeless.failed("quick", 0, 1, tooMuch(), true);
        assertThat(refused("slow", 0)).contains("in 60 s");
        now.addAndGet(seconds(4.9));
        assertThat(refused("quick", 0)).contains("in 1 s");
        now.addAndGet(seconds(0.1));
        assertThat(hopeless.refusal("quick", 0)).isNull();
        now.addAndGet(seconds(54.9));
        assertThat(refused("slow", 0)).contains("in 1 s");
        now.addAndGet(seconds(0.1));
        assertThat(hopeless.refusal("slow", 0)).isNull();
    }

    @Test
    void whoIsRefusedWaitsAsLongAsItTookButNoMoreThanASecond() {
        hopeless.failed("slow", 0, seconds(3), tooMuch(), true);
        hopeless.failed("quick", 0, seconds(0.02), tooMuch(), false);
        assertThat(hopeless.refusal("slow", 0))
                .extracting(Hopeless.Refusal::waitNanos)
                .isEqualTo(seconds(1));
        assertThat(hopeless.refusal("quick", 0))
                .extracting(Hopeless.Refusal::waitNanos)
                .isEqualTo(seconds(0.02));
        assertThat(refused("quick", 0)).isEqualTo("too much");
    }

    @Test
    void onlySoManyAreRemembered() {
        for (int i = 0; i <= 64; i++) {
            hopeless.failed(i, 0, seconds(1), tooMuch(), true);
        }
        assertThat(hopeless.refusal(0, 0)).isNull();
        assertThat(refused(1, 0)).contains("too much");
        assertThat(refused(64, 0)).contains("too much");
    }
}
