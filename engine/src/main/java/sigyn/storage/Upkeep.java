package sigyn.storage;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.storage.head.Closing;
import sigyn.storage.head.HeadPart;
import sigyn.storage.retention.Deletion;
import sigyn.storage.retention.RetentionRule;

/// What happens to a store by itself, on a thread of its own, and what may be asked for at once: sealing what is old,
/// cutting the log, deletions that are due, retention, compaction.
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final long SEAL_WAIT_SECONDS = 30;
    private static final long SEAL_LOOK_NANOS = 100_000_000;
    private static final long ERASE_WAIT_SECONDS = 60;
    private static final long SWEEP_MILLIS = 60_000;
    private static final int WITHDRAWALS = 5;

    private final ConcurrentSkipListMap<Tenant, TenantStore> tenants;
    private final Appender appender;
    private final Sealer sealer;
    private final Janitor janitor;
    private final Capacity capacity;
    private final Clock clock;
    private final PassCount sweeps;
    private final PassCount compactions;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    /// One sweep at a time, each by the rule that holds when it begins.
    private final ReentrantLock sweeping = new ReentrantLock();
    private final Thread thread =
            Thread.ofPlatform().name("storage-upkeep").daemon(true).unstarted(this::run);
    private volatile RetentionRule retention = RetentionRule.FOREVER;
    private volatile long maxDiskBytes = Long.MAX_VALUE;
    private volatile Consumer<Deletion> beforeForgetting = _ -> {};
    private volatile long lastSweepMillis;
    private volatile long lastUpkeepMillis;
    private volatile boolean closed;

    Upkeep(
            ConcurrentSkipListMap<Tenant, TenantStore> tenants,
            Appender appender,
            Sealer sealer,
            Janitor janitor,
            Capacity capacity,
            Clock clock) {
        this.tenants = tenants;
        this.appender = appender;
        this.sealer = sealer;
        this.janitor = janitor;
        this.capacity = capacity;
        this.clock = clock;
        this.sweeps = new PassCount(clock);
        this.compactions = new PassCount(clock);
    }

    void start() {
        thread.start();
    }

    void wake() {
        lock.lock();
        try {
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        LowShare.take();
        while (!closed) {
            lock.lock();
            try {
                if (!closed && woken.awaitNanos(TimeUnit.SECONDS.toNanos(1)) < 0) {
                    LOG.trace("upkeep");
                }
            } catch (InterruptedException e) {
                continue;
            } finally {
                lock.unlock();
            }
            try {
                sealOld();
                cutLog();
                appender.log().provide();
                tidy();
                lastUpkeepMillis = clock.millis();
            } catch (IOException | InterruptedException | RuntimeException e) {
                LOG.error("upkeep will be tried again: {}", e.toString());
            }
        }
    }

    /// True when a deletion was finished in blocks, by this call or one before that failed; its words are gone then.
    private boolean deleteDue() throws IOException {
        for (var tenant : tenants.values()) {
            if (appender.replay().isComplete() && !tenant.deletions().isEmpty()) {
                sealer.submit(tenant, tenant.closeForDeletions());
                janitor.deleteDue(tenant, beforeForgetting);
            }
        }
        return janitor.forgetFinished();
    }

    /// Carries out the deletions that are due, to the last byte in blocks and log, now. What is written meanwhile goes
    /// into a new segment of the log and does not keep the old ones.
    void erase() throws IOException, InterruptedException {
        appender.log().roll();
        appender.replay().await();
        var written = parts();
        flush();
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(ERASE_WAIT_SECONDS);
            while (!closed && left > 0 && !Collections.disjoint(parts(), written)) {
                left = woken.awaitNanos(left);
            }
            if (left <= 0) {
                throw new IOException("blocks cannot be written fast enough");
            }
        } finally {
            lock.unlock();
        }
        deleteDue();
        cutLog();
    }

    private Set<HeadPart> parts() {
        var parts = new HashSet<HeadPart>();
        tenants.values().forEach(tenant -> parts.addAll(tenant.parts()));
        return parts;
    }

    private void tidy() throws IOException, InterruptedException {
        if (!appender.replay().isDone()) {
            return;
        }
        if (deleteDue()) {
            appender.log().roll();
            cutLog();
        }
        long now = clock.millis();
        if (now - lastSweepMillis >= SWEEP_MILLIS || now < lastSweepMillis) {
            lastSweepMillis = now;
            sweep();
        }
        compactions.run(() -> {
            for (var tenant : tenants.values()) {
                janitor.compact(tenant, false);
            }
        });
    }

    /// Removes what is past its time and what the disk has no room for, now. One after the other: when this returns, no
    /// sweep goes by a rule from before the call.
    void sweep() throws IOException {
        sweeping.lock();
        try {
            sweeps.run(this::expire);
        } finally {
            sweeping.unlock();
        }
    }

    private void expire() throws IOException {
        var rule = retention;
        for (var tenant : tenants.values()) {
            boolean sealed = seal(tenant, janitor.expiring(tenant, rule));
            janitor.expire(tenant, rule, !sealed);
        }
        for (var block : janitor.tooMuch(tenants.values(), maxDiskBytes)) {
            boolean sealed = seal(block.tenant(), block.leftOut());
            janitor.drop(block, !sealed);
        }
    }

    /// Withdraws a deletion; false when its time has come or it is not pending any more.
    boolean withdraw(TenantStore tenant, String id) throws IOException {
        for (int i = 0; i < WITHDRAWALS; i++) {
            var pending = tenant.deletions().stream()
                    .filter(d -> d.id().equals(id) && !janitor.isDue(d))
                    .findFirst();
            if (pending.isEmpty()) {
                return false;
            }
            seal(tenant, janitor.concerned(tenant, pending.get()));
            if (janitor.withdraw(tenant, pending.get())) {
                return true;
            }
        }
        throw new IOException("entries of that kind are being written, or cannot be sealed");
    }

    /// Seals parts and waits for it; false when they are not blocks yet. A disk that takes no blocks must not keep
    /// retention from making room.
    private boolean seal(TenantStore tenant, List<HeadPart> parts) {
        if (parts.isEmpty()) {
            return true;
        }
        long failures = sealer.failures();
        sealer.submit(
                tenant,
                parts.stream()
                        .filter(part -> tenant.rotate(part, Closing.ASKED))
                        .toList());
        sealer.retryNow();
        lock.lock();
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SEAL_WAIT_SECONDS);
            while (!closed
                    && System.nanoTime() < end
                    && failures == sealer.failures()
                    && !Collections.disjoint(tenant.parts(), parts)) {
                if (woken.awaitNanos(SEAL_LOOK_NANOS) < 0) {
                    LOG.trace("sealing before retention");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return Collections.disjoint(tenant.parts(), parts);
    }

    /// Merges blocks as far as it goes, now.
    void compact() throws IOException {
        for (var tenant : tenants.values()) {
            janitor.compact(tenant, true);
        }
    }

    /// What is told of a deletion before the store forgets it; it is done again when that fails.
    void beforeForgetting(Consumer<Deletion> told) {
        beforeForgetting = told;
    }

    /// From now on entries go when `rule` says so, and the oldest blocks when all of them are more than `maxBytes`.
    void retain(RetentionRule rule, long maxBytes) {
        retention = rule;
        maxDiskBytes = maxBytes;
    }

    private void sealOld() {
        long now = clock.millis();
        long low = appender.log().diskBytes() > capacity.walBytes() ? lowWater() : -1;
        for (var tenant : tenants.values()) {
            var due = new ArrayList<HeadPart>();
            for (var part : tenant.growing()) {
                boolean old = now - part.openedMillis() >= capacity.partMillis() || part.firstSeq() <= low;
                if (old && tenant.rotate(part, Closing.OLD)) {
                    due.add(part);
                }
            }
            if (!due.isEmpty()) {
                sealer.submit(tenant, due);
            }
        }
    }

    /// Entries of the log before this are in blocks. What is in the log but not in the head yet is not, so the head's
    /// place is taken first and its parts are looked at then.
    private long lowWater() {
        if (!appender.replay().isDone()) {
            return 0;
        }
        long low = appender.applied() + 1;
        for (var tenant : tenants.values()) {
            low = tenant.lowWater(low);
        }
        return low;
    }

    /// Seals everything in memory into blocks, what waits to be sealed among it, and leaves little of the log.
    void flush() throws InterruptedException {
        appender.replay().await();
        var waiting = new ArrayList<CompletableFuture<Boolean>>();
        for (var tenant : tenants.values()) {
            tenant.growing().forEach(part -> tenant.rotate(part, Closing.ASKED));
            waiting.addAll(sealer.submit(tenant, tenant.parts()));
        }
        sealer.retryNow();
        for (var future : waiting) {
            try {
                future.get();
            } catch (ExecutionException e) {
                throw new SigynException(
                        ErrorKind.OPERATOR, "blocks cannot be written and will be tried again: " + e.getCause(), e);
            }
        }
        try {
            appender.shortenLog(lowWater());
        } catch (IOException e) {
            throw new SigynException(ErrorKind.OPERATOR, "the write-ahead log stays as long as it is: " + e, e);
        }
    }

    private void cutLog() throws IOException {
        appender.cutLog(lowWater());
    }

    /// When it last went through without a failure; 1970 before the first time.
    Instant last() {
        return Instant.ofEpochMilli(lastUpkeepMillis);
    }

    UpkeepCounters counters() {
        return janitor.counters(sweeps, compactions);
    }

    /// Ends once what runs is done.
    void close() {
        closed = true;
        wake();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
