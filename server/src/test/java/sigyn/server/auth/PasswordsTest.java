package sigyn.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    /// Of 19 MiB that one computation takes.
    private static final long LITTLE = 4 << 20;

    @Test
    void whatWasStoredBeforeStillFits() {
        String stored =
                "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$iKiws1MF2yQM0iiyf54psOf0rv3vM8QymdXQhtMTwpI";

        assertThat(Passwords.matches("pässword-123", stored)).isTrue();
        assertThat(Passwords.matches("password-123", stored)).isFalse();
        assertThat(Passwords.matches("pässword-124", Passwords.hash("pässword-124")))
                .isTrue();
    }

    @Test
    void noMemoryIsKeptOnceAPasswordIsChecked() {
        Passwords.matches("a", Passwords.hash("b"));
        long before = live();

        String stored = Passwords.hash("c");
        Passwords.matches("d", stored.replace("t=2", "t=3"));

        assertThat(live() - before).isLessThan(LITTLE);
    }

    private static long live() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
