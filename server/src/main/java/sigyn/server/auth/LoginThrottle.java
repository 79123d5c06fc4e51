package sigyn.server.auth;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Makes guessing passwords slow: after a few failures every further one doubles the wait before the next try.
///
/// Counted for the pair of name and address (strict), for the address (so that names cannot be tried in turn) and for
/// the name (so that many addresses cannot share the work; mild, because it also hits the owner of the name).
/// An attempt counts as failed from its beginning, so attempts side by side gain nothing.
final class LoginThrottle {
    private static final int MOST_KEYS = 10_000;
    private static final Duration FORGET_AFTER = Duration.ofMinutes(15);
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);

    private record Rule(int free, Duration longest) {}

    private static final Rule PAIR = new Rule(4, Duration.ofMinutes(1));
    private static final Rule ADDRESS = new Rule(20, Duration.ofMinutes(1));
    private static final Rule NAME = new Rule(50, Duration.ofSeconds(5));

    private record Failures(int count, long last) {}

    private final Clock clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MOST_KEYS;
        }
    };

    LoginThrottle(Clock clock) {
        this.clock = clock;
    }

    /// Zero: go on, and tell [#succeeded] if it was right. Otherwise how long to stay away.
    synchronized Duration begin(String name, String address) {
        long now = clock.millis();
        Duration wait = longest(
                wait("p " + address + " " + name, PAIR, now),
                longest(wait("a " + address, ADDRESS, now), wait("n " + name, NAME, now)));
        if (wait.isZero()) {
            count("p " + address + " " + name, now);
            count("a " + address, now);
            count("n " + name, now);
        }
        return wait;
    }

    synchronized void succeeded(String name, String address) {
        failures.remove("p " + address + " " + name);
        failures.remove("n " + name);
        failures.computeIfPresent("a " + address, (_, f) -> new Failures(f.count() - 1, f.last()));
    }

    private Duration wait(String key, Rule rule, long now) {
        var past = failures.get(key);
        if (past == null || now - past.last() > FORGET_AFTER.toMillis()) {
            failures.remove(key);
            return Duration.ZERO;
        }
        int over = past.count() - rule.free();
        if (over < 0) {
            return Duration.ZERO;
        }
        long wait = Math.min(
                FIRST_WAIT.toMillis() << Math.min(over, 20), rule.longest().toMillis());
        long left = past.last() + wait - now;
        return left <= 0 ? Duration.ZERO : Duration.ofMillis(left);
    }

    private void count(String key, long now) {
        failures.merge(key, new Failures(1, now), (old, _) -> new Failures(old.count() + 1, now));
    }

    private static Duration longest(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
