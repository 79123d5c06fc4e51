package sigyn.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import sigyn.testkit.FakeClock;

class LoginThrottleTest {
    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final LoginThrottle throttle = new LoginThrottle(clock);

    @Test
    void waitDoublesWithEachFailureAfterTheFourth() {
        for (int i = 0; i < 4; i++) {
            assertThat(throttle.begin("admin", "10.0.0.1")).isZero();
        }
        assertThat(throttle.begin("admin", "10.0.0.1")).isEqualTo(Duration.ofMillis(500));
        clock.advance(Duration.ofMillis(500));
        assertThat(throttle.begin("admin", "10.0.0.1")).isZero();
        assertThat(throttle.begin("admin", "10.0.0.1")).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void waitIsNeverLongerThanAMinuteAndForgottenAfterAQuarterOfAnHour() {
        for (int i = 0; i < 30; i++) {
            clock.advance(throttle.begin("admin", "10.0.0.1"));
            clock.advance(Duration.ofMillis(1));
        }
        assertThat(throttle.begin("admin", "10.0.0.1")).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
        clock.advance(Duration.ofMinutes(16));
        assertThat(throttle.begin("admin", "10.0.0.1")).isZero();
    }

    @Test
    void successClearsTheName() {
        for (int i = 0; i < 4; i++) {
            throttle.begin("admin", "10.0.0.1");
        }
        throttle.succeeded("admin", "10.0.0.1");
        assertThat(throttle.begin("admin", "10.0.0.1")).isZero();
    }

    @Test
    void tryingManyNamesFromOneAddressIsSlowedDown() {
        for (int i = 0; i < 20; i++) {
            assertThat(throttle.begin("user" + i, "10.0.0.1")).isZero();
        }
        assertThat(throttle.begin("user20", "10.0.0.1")).isPositive();
        assertThat(throttle.begin("user20", "10.0.0.2")).isZero();
    }

    @Test
    void manyAddressesCannotLockANameForLong() {
        for (int i = 0; i < 200; i++) {
            throttle.begin("admin", "10.0.0." + i);
        }
        assertThat(throttle.begin("admin", "10.9.9.9")).isBetween(Duration.ofMillis(1), Duration.ofSeconds(5));
    }
}
