package sigyn.server.auth;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;

/// Argon2id with 19 MiB and two passes, OWASP's smallest recommendation: some 50 ms of one core each.
///
/// At most two are computed at a time, so that a storm of logins cannot take the memory of everything else.
final class Passwords {
    private static final Semaphore SLOTS = new Semaphore(2);
    /// Where the library keeps each function it was asked for, with the memory one computation takes, for good.
    private static final ConcurrentMap<?, ?> KEPT = kept();

    private Passwords() {}

    /// The text to store: `$argon2id$v=19$m=…`.
    static String hash(String password) {
        SLOTS.acquireUninterruptibly();
        try {
            return Password.hash(password)
                    .addSalt(Secrets.bytes(16))
                    .with(Argon2Function.getInstance(19_456, 2, 1, 32, Argon2.ID))
                    .getResult();
        } finally {
            KEPT.clear();
            SLOTS.release();
        }
    }

    static boolean matches(String password, String stored) {
        SLOTS.acquireUninterruptibly();
        try {
            return Password.check(password, stored).with(Argon2Function.getInstanceFromHash(stored));
        } finally {
            KEPT.clear();
            SLOTS.release();
        }
    }

    private static ConcurrentMap<?, ?> kept() {
        try {
            return (ConcurrentMap<?, ?>) MethodHandles.privateLookupIn(Argon2Function.class, MethodHandles.lookup())
                    .findStaticVarHandle(Argon2Function.class, "INSTANCES", ConcurrentMap.class)
                    .get();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("another version of the password library", e);
        }
    }
}
