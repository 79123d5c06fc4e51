package sigyn.logql.exec;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    @Test
    void itIsTriedAgainAfterTenTimesAsLongAsItTook() {
        hopeless.failed("query", 100, seconds(0.5), tooMuch());
        now.addAndGet(seconds(4.9));
        assertThatThrownBy(() -> hopeless.check("query", 100))
                .hasMessage("too much; it did a moment ago and is tried again in 1 s");
        assertThatThrownBy(() -> hopeless.check("query", 101)).hasMessageContaining("too much");
        assertThatNoException().isThrownBy(() -> hopeless.check("query", 99));
        assertThatNoException().isThrownBy(() -> hopeless.check("other", 100));
        now.addAndGet(seconds(0.1));
        assertThatNoException().isThrownBy(() -> hopeless.check("query", 100));
    }

    @Test
    void noneIsRefusedForLongerThanAMinuteOrShorterThanFiveSeconds() {
        hopeless.failed("slow", 0, seconds(500), tooMuch());
        hopeless.failed("quick", 0, 1, tooMuch());
        assertThatThrownBy(() -> hopeless.check("slow", 0)).hasMessageContaining("in 60 s");
        now.addAndGet(seconds(4.9));
        assertThatThrownBy(() -> hopeless.check("quick", 0)).hasMessageContaining("in 1 s");
        now.addAndGet(seconds(0.1));
        assertThatNoException().isThrownBy(() -> hopeless.check("quick", 0));
        now.addAndGet(seconds(54.9));
        assertThatThrownBy(() -> hopeless.check("slow", 0)).hasMessageContaining("in 1 s");
        now.addAndGet(seconds(0.1));
        assertThatNoException().isThrownBy(() -> hopeless.check("slow", 0));
    }

    @Test
    void onlySoManyAreRemembered() {
        for (int i = 0; i <= 64; i++) {
            hopeless.failed(i, 0, seconds(1), tooMuch());
        }
        assertThatNoException().isThrownBy(() -> hopeless.check(0, 0));
        assertThatThrownBy(() -> hopeless.check(1, 0)).hasMessageContaining("too much");
        assertThatThrownBy(() -> hopeless.check(64, 0)).hasMessageContaining("too much");
    }
}
