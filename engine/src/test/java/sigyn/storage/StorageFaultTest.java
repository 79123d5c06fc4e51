package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.testkit.FakeClock;
import sigyn.testkit.Property;
import sigyn.testkit.disk.Call;
import sigyn.testkit.disk.Fault;
import sigyn.testkit.disk.FaultyDisk;

/// Power cuts, failing calls and full disks in the middle of everything the store does. The long form:
/// `-Dproperty.cases=20000`, and `-Dfault.step=1` for every single call.
class StorageFaultTest {
    private static final Instant START = Instant.ofEpochSecond(1_700_000_000);

    private static Storage open(FaultyDisk disk, FakeClock clock) {
        var capacity = new Capacity(2000, 64L << 20, 16L << 20, 20_000, 2_000, 30 * 60_000L);
        return Storage.open(disk.root().resolve("data"), clock, capacity);
    }

    /// Every power cut leaves a legal state: what was acknowledged is there once, what was deleted is not, what was on
    /// the way is there as a whole or not at all; nothing is called damaged.
    @Test
    void aPowerCutLosesNothingThatWasAcknowledged() {
        Property.forAll(30, (random, size) -> {
            var disk = new FaultyDisk();
            var ledger = new Ledger();
            var clock = new FakeClock(START);
            for (int life = 0; life < 3; life++) {
                long last = disk.calls() + random.nextInt(5, 30 + size * 6);
                boolean inFlight = random.nextBoolean();
                disk.faults(call -> call.number() < last
                        ? Fault.NONE
                        : inFlight && call.kind() == Call.Kind.WRITE ? Fault.POWER_CUT : cutBefore(call));
                live(random, disk, clock, ledger);
                disk.powerCut();
                disk = disk.afterPowerCut(random);
                try (var storage = open(disk, clock)) {
                    ledger.check(storage, "life " + life);
                    assertThat(storage.damages().all()).isEmpty();
                }
            }
        });
    }

    private static Fault cutBefore(Call call) {
        return call.kind().changes() ? Fault.POWER_CUT : Fault.NONE;
    }

    private static void live(RandomGenerator random, FaultyDisk disk, FakeClock clock, Ledger ledger) {
        try (var storage = open(disk, clock)) {
            for (int step = 0; step < 60 && !disk.isOff(); step++) {
                ledger.step(random, storage, clock);
            }
        } catch (SigynException e) {
            assertThat(disk.isOff()).as(e.toString()).isTrue();
        }
    }

    /// Calls that fail, some or many, cost no acknowledged entry, and once they work again so does the store.
    @Test
    void failingCallsAreSurvivedAndForgotten() {
        Property.forAll(12, (random, size) -> {
            var disk = new FaultyDisk();
            var ledger = new Ledger();
            var clock = new FakeClock(START);
            try (var storage = open(disk, clock)) {
                int oneIn = 1 << random.nextInt(1, 6);
                long seed = random.nextLong();
                disk.faults(call -> fault(call, seed, oneIn));
                for (int step = 0; step < 30; step++) {
                    ledger.step(random, storage, clock);
                }
                disk.faults(_ -> Fault.NONE);
                ledger.append(random, storage);
                assertThat(ledger.refused()).isFalse();
                ledger.check(storage, "alive");
                flush(storage);
                ledger.check(storage, "sealed");
            }
            try (var storage = open(disk, clock)) {
                ledger.check(storage, "opened again");
                assertThat(storage.damages().all()).isEmpty();
            }
            disk.powerCut();
            try (var storage = open(disk.afterPowerCut(random), clock)) {
                ledger.check(storage, "after a power cut");
                assertThat(storage.damages().all()).isEmpty();
            }
        });
    }

    /// A flush may still be told of an attempt from before the disk was well again; the next one is not.
    private static void flush(Storage storage) throws InterruptedException {
        for (int attempt = 0; attempt < 10; attempt++) {
            try {
                storage.flush();
                return;
            } catch (SigynException e) {
                assertThat(e).hasMessageContaining("will be tried again");
            }
        }
        storage.flush();
    }

    private static Fault fault(Call call, long seed, int oneIn) {
        long dice = (call.number() + seed) * 0x9E3779B97F4A7C15L >>> 33;
        if (!call.kind().changes() || dice % oneIn != 0) {
            return Fault.NONE;
        }
        return switch (call.kind()) {
            case WRITE -> List.of(Fault.FAIL, Fault.SHORT, Fault.PART).get((int) (dice / oneIn % 3));
            default -> Fault.FAIL;
        };
    }

    /// One script, and each of its calls fails once in each way.
    @Test
    void everySingleCallMayFail() throws Exception {
        int step = Integer.getInteger("fault.step", 41);
        long calls = script(_ -> Fault.NONE, new RandomOf(0));
        var faults = List.of(Fault.FAIL, Fault.SHORT, Fault.PART, Fault.POWER_CUT);
        for (int first = 0; first < faults.size(); first++) {
            var fault = faults.get(first);
            for (long n = first; n < calls; n += step) {
                long failing = n;
                script(
                        call -> call.number() == failing
                                        && (fault == Fault.POWER_CUT
                                                || call.kind().changes())
                                ? fault
                                : Fault.NONE,
                        new RandomOf(n));
            }
        }
    }

    private record RandomOf(long seed) {
        RandomGenerator get() {
            return new java.util.SplittableRandom(seed);
        }
    }

    private static long script(Function<Call, Fault> faults, RandomOf seed) throws Exception {
        var disk = new FaultyDisk();
        var ledger = new Ledger();
        var clock = new FakeClock(START);
        var script = new java.util.SplittableRandom(5);
        var random = seed.get();
        open(disk, clock).close();
        long before = disk.calls();
        disk.faults(call -> faults.apply(new Call(call.kind(), call.path(), call.number() - before)));
        try (var storage = open(disk, clock)) {
            for (int step = 0; step < 24; step++) {
                ledger.step(script, storage, clock);
            }
            if (!disk.isOff()) {
                ledger.check(storage, "alive");
            }
        } catch (SigynException e) {
            assertThat(ledger.isEmpty()).as(e.toString()).isTrue();
        }
        long calls = disk.calls() - before;
        disk.powerCut();
        try (var storage = open(disk.afterPowerCut(random), clock)) {
            ledger.check(storage, "after the power cut");
            assertThat(storage.damages().all()).isEmpty();
        }
        return calls;
    }

    /// After a sync that failed, a second one on the same file would succeed and mean nothing.
    @Test
    void aSegmentIsNotSyncedAgainAfterAFailedSync() throws Exception {
        var disk = new FaultyDisk();
        var failing = new AtomicBoolean();
        var failed = new AtomicReference<Path>();
        var again = new AtomicLong();
        disk.faults(call -> {
            boolean log =
                    call.kind() == Call.Kind.FORCE && call.path().toString().endsWith(".log");
            if (log && call.path().equals(failed.get())) {
                again.incrementAndGet();
            }
            if (log && failing.get()) {
                failed.set(call.path());
                return Fault.FAIL;
            }
            return Fault.NONE;
        });
        var clock = new FakeClock(START);
        var ledger = new Ledger();
        var random = new java.util.SplittableRandom(1);
        try (var storage = open(disk, clock)) {
            ledger.append(random, storage);
            failing.set(true);
            ledger.append(random, storage);
            assertThat(ledger.refused()).isTrue();
            failing.set(false);
            ledger.append(random, storage);
            assertThat(ledger.refused()).isFalse();
            disk.powerCut();
        }
        assertThat(failed.get()).isNotNull();
        assertThat(again).hasValue(0);
        try (var storage = open(disk.afterPowerCut(random), clock)) {
            ledger.check(storage, "after the power cut");
        }
    }

    /// The new file is there under its name and may be read at the next start, though nobody knows whether a power cut
    /// would leave it: what is sealed from then on is in it, or in one after it.
    @Test
    void aManifestWhoseNameCouldNotBeSyncedIsFollowedByAnother() throws Exception {
        var disk = new FaultyDisk();
        Path data = disk.root().resolve("data");
        var upkeep = new AtomicReference<@Nullable Thread>();
        var failed = new CountDownLatch(1);
        var clock = new FakeClock(START);
        var ledger = new Ledger();
        var random = new java.util.SplittableRandom(3);
        try (var storage = open(disk, clock)) {
            disk.faults(call -> {
                if (call.kind() != Call.Kind.FORCE_DIRECTORY || !call.path().equals(data)) {
                    return Fault.NONE;
                }
                upkeep.compareAndSet(null, Thread.currentThread());
                failed.countDown();
                return upkeep.get() == Thread.currentThread() ? Fault.FAIL : Fault.NONE;
            });
            storage.delete(Tenant.FAKE, List.of(), new TimeRange(0, 1), List.of(), Duration.ZERO);
            assertThat(failed.await(1, TimeUnit.MINUTES)).isTrue();
            ledger.append(random, storage);
            storage.flush();
            ledger.check(storage, "sealed");
        }
        try (var blocks = Files.list(data.resolve("blocks").resolve(Tenant.FAKE.id()))) {
            var state = Objects.requireNonNull(Manifest.read(data).tenants().get(Tenant.FAKE));
            assertThat(state.blocks).hasSize((int) blocks.count());
        }
        disk.faults(_ -> Fault.NONE);
        try (var storage = open(disk, clock)) {
            ledger.check(storage, "opened again");
        }
    }

    /// A full disk refuses writes, serves reads, and takes writes again as soon as there is room.
    @Test
    void aFullDiskRefusesWritesServesReadsAndRecoversByItself() throws Exception {
        var disk = new FaultyDisk();
        var clock = new FakeClock(START);
        var ledger = new Ledger();
        var random = new java.util.SplittableRandom(2);
        var storage = open(disk, clock);
        try {
            ledger.append(random, storage);
            for (int round = 0; round < 20; round++) {
                disk.capacity(disk.used() + 3000);
                for (int n = 0; !ledger.refused() && n < 1000; n++) {
                    ledger.append(random, storage);
                }
                assertThat(ledger.refused()).isTrue();
                ledger.check(storage, "full");
                if (round % 3 == 2) {
                    storage.close();
                    storage = open(disk, clock);
                    ledger.check(storage, "opened on a full disk");
                }
                disk.capacity(Long.MAX_VALUE);
                ledger.append(random, storage);
                assertThat(ledger.refused()).isFalse();
                ledger.check(storage, "room again");
            }
            assertThat(storage.damages().all()).isEmpty();
        } finally {
            storage.close();
        }
    }

    /// What nobody was told to be stored says so: the caller may send it again.
    @Test
    void aRefusedWriteIsAnOverload() {
        var disk = new FaultyDisk();
        try (var storage = open(disk, new FakeClock(START))) {
            disk.capacity(disk.used());
            assertThatThrownBy(() -> storage.append(Tenant.FAKE, Entry.batch(Ledger.entries(0, 3))))
                    .isInstanceOf(SigynException.class)
                    .hasMessageContaining("write-ahead log");
        }
    }
}
