package sigyn.client;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Everything a call may do, done before the program's first call on queues that nobody empties: loading, linking and
/// initialising classes takes milliseconds, which whoever makes a client can spare and a caller cannot. What every call
/// does is done so often that it gets compiled: a caller that asks for that waits for a lock of the compilers, and for
/// the memory in which the virtual machine counts how often the method runs.
final class Rehearsal {
    /// Methods are compiled once they were called 200 times, later when many wait for it.
    private static final int CALLS = 2000;
    /// The second compiler is asked for a method after some 15,000 calls of it.
    private static final int ROUNDS = 10;
    /// Calls between pauses, in which the compilers get on: code that has not run yet links its calls when it does.
    private static final int BURST = 50;

    private static final int LATER_BURST = 500;

    private static final long PAUSE = 500_000;
    /// Enough for the lines of a rehearsal; what is outside the heap stays for long.
    private static final long QUEUE_BYTES = 256 << 10;

    /// Classes that methods of a call name and that nothing else has loaded. Whoever makes a method run so often that
    /// the second compiler is asked for it loads all that it names first, a millisecond for one from a file.
    private static final List<String> NAMED =
            List.of(Console.class.getName(), "jdk.internal.foreign.MemorySessionImpl");

    /// Classes that the first request loads. Each is the first of its kind, so compiled code of calls that counts on
    /// there being no other is thrown away then, and the callers wait for it to be compiled again.
    private static final List<String> UNEXPECTED = List.of(
            "java.nio.DirectByteBufferR",
            "java.nio.HeapByteBufferR",
            "java.lang.NumberFormatException",
            "java.lang.invoke.VarHandleReferences$FieldStaticReadOnly",
            "java.lang.invoke.LazyInitializingVarHandle");

    private static final AtomicBoolean DONE = new AtomicBoolean();

    private Rehearsal() {}

    static void once() {
        if (!DONE.compareAndSet(false, true)) return;
        for (var name : NAMED) load(name, false);
        for (var name : UNEXPECTED) load(name, true);
        for (var overflow : Overflow.values()) run(overflow);
        runOften();
    }

    private static void load(String name, boolean initialized) {
        try {
            Class.forName(name, initialized, Rehearsal.class.getClassLoader());
        } catch (ClassNotFoundException | Error e) {
            // Another version of the JDK calls it otherwise; a native image does not know it and compiles nothing
            // later.
        }
    }

    private static void run(Overflow overflow) {
        var config = ClientConfig.builder()
                .hostname("rehearsal")
                .queueEvents(1)
                .queueBytes(QUEUE_BYTES)
                .overflow(overflow)
                .blockAtMost(Duration.ofNanos(1))
                .build();
        var queue = new EventQueue(config, new Counters());
        var events = new EventPool(config);
        var time = new EventTime(InstantSource.system());
        var cause = new IllegalStateException("rehearsal");
        for (var level : Level.values()) {
            var pairs = events.take()
                    .start(level, "rehearsal")
                    .pairs(new Object[] {"a", 1, "model_id", "b", "c", 2.5, cause});
            pairs.seal(time.next());
            queue.offer(pairs);
            events.giveBack(pairs);
            var event = new LogEvent(level, LogEvent.cut("cut \u20ac", 4))
                    .logger("rehearsal")
                    .thread(Thread.currentThread().getName())
                    .field("map", Map.of("key", List.of(1, "two", 3.5, new int[] {4}, "\u0001")))
                    .field("object", cause)
                    .metadata("request", 1L)
                    .context(Map.of("user", "one"));
            event.seal(time.next());
            queue.offer(event);
        }
        queue.close();
        queue.offer(new LogEvent(Level.INFO, "late"));
    }

    private static void runOften() {
        // Half of the calls find it full: what a compiler has never seen is compiled without, and later again.
        var config = ClientConfig.builder()
                .hostname("rehearsal")
                .queueEvents(CALLS / 2)
                .queueBytes(QUEUE_BYTES)
                .build();
        var client = SigynClient.withoutSenders(config);
        var logger = new LokiLogger(client);
        for (int round = 0; round < ROUNDS; round++) {
            int burst = round == 0 ? BURST : LATER_BURST;
            for (int i = 1; i <= CALLS; i++) {
                logger.info("rehearsal", "a", i, "b", "c");
                if (i % burst == 0) LockSupport.parkNanos(PAUSE);
            }
            client.dropWaiting();
        }
    }
}
