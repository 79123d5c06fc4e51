package sigyn.server.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import sigyn.logql.LogQl;
import sigyn.model.Direction;
import sigyn.model.ErrorKind;
import sigyn.model.LabelMatcher;
import sigyn.model.LinePredicate;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.Storage;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.retention.Deletion;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// What was asked to be deleted, and what became of it. The store hides and erases; this keeps the words of the
/// request and the number of entries it hid. When the bytes are gone the words would be the last place that has what
/// was to go, so only their outline is kept from then on: `{app="shop"} |= "***"`. The newest thousands, in one JSON
/// file.
final class DeleteRequests {
    private static final int MOST = 10_000;
    private static final long NEVER = Long.MAX_VALUE;

    /// Times are nanoseconds; `end` belongs to the range. `lines` is how many entries were hidden.
    record Entry(String id, String tenant, String query, long start, long end, long created, long due, long lines) {
        static Entry read(JsonNode n) {
            return new Entry(
                    n.path("id").asString(),
                    n.path("tenant").asString(),
                    n.path("query").asString(),
                    n.path("start").asLong(),
                    n.path("end").asLong(),
                    n.path("created").asLong(),
                    n.path("due").asLong(),
                    n.path("lines").asLong());
        }

        Entry outlined() {
            return new Entry(id, tenant, Outline.of(query), start, end, created, due, lines);
        }

        void write(ArrayNode to) {
            to.addObject()
                    .put("id", id)
                    .put("tenant", tenant)
                    .put("query", query)
                    .put("start", start)
                    .put("end", end)
                    .put("created", created)
                    .put("due", due)
                    .put("lines", lines);
        }
    }

    /// An entry and how it stands.
    record Status(Entry entry, boolean done) {}

    /// What became of a wish to withdraw a request.
    enum Withdrawal {
        DONE,
        UNKNOWN,
        TOO_LATE,
        PROCESSED
    }

    private final Path file;
    private final Storage storage;
    /// Oldest first. Guarded by this.
    private final List<Entry> entries = new ArrayList<>();
    /// Requests that the store knows already and that are not written down yet. Guarded by this.
    private int adding;

    /// Those of them whose bytes are gone already. Guarded by this.
    private final Set<String> goneEarly = new HashSet<>();

    DeleteRequests(Path file, Storage storage) {
        this.file = file;
        this.storage = storage;
        storage.beforeForgetting(deletion -> outline(deletion.id()));
        try {
            Files.deleteIfExists(fresh());
            if (Files.exists(file)) {
                for (var node : JsonMapper.shared().readTree(Files.readAllBytes(file))) {
                    entries.add(Entry.read(node));
                }
            }
        } catch (IOException | JacksonException e) {
            throw new SigynException(ErrorKind.OPERATOR, "cannot read delete requests from " + file + ": " + e, e);
        }
        outlineDone();
    }

    /// Those that the store has forgotten while nobody listened.
    private synchronized void outlineDone() {
        var before = List.copyOf(entries);
        entries.replaceAll(
                entry -> storage.deletions(new Tenant(entry.tenant())).stream().anyMatch(d -> d.id().equals(entry.id()))
                        ? entry
                        : entry.outlined());
        if (!entries.equals(before)) {
            save();
        }
    }

    /// The bytes of what a request was about are gone.
    private synchronized void outline(String id) {
        if (entries.stream().noneMatch(entry -> entry.id().equals(id))) {
            if (adding > 0) {
                goneEarly.add(id);
            }
            return;
        }
        entries.replaceAll(entry -> entry.id().equals(id) ? entry.outlined() : entry);
        save();
    }

    /// Hides entries at once; their bytes go after `delay`, or never when it is null.
    Entry add(
            Tenant tenant,
            String query,
            List<LabelMatcher> matchers,
            List<LinePredicate> lines,
            long start,
            long end,
            Duration delay)
            throws InterruptedException {
        var range = new TimeRange(start, end == Long.MAX_VALUE ? end : end + 1);
        var units = storage.scan(new ScanRequest(tenant, matchers, range, Direction.FORWARD, lines, false, false));
        long counted = delay.isZero() ? count(units, range) : -1;
        synchronized (this) {
            adding++;
        }
        try {
            var deletion = storage.delete(tenant, matchers, range, lines, delay);
            if (counted < 0) {
                counted = count(units, range);
            }
            var entry = new Entry(
                    deletion.id(),
                    tenant.id(),
                    query,
                    start,
                    end,
                    deletion.createdNanos(),
                    deletion.dueNanos(),
                    counted);
            synchronized (this) {
                entries.add(goneEarly.contains(entry.id()) ? entry.outlined() : entry);
                while (entries.size() > MOST) {
                    entries.removeFirst();
                }
                save();
            }
            return entry;
        } finally {
            synchronized (this) {
                adding--;
                if (adding == 0) {
                    goneEarly.clear();
                }
            }
        }
    }

    /// Returns when the bytes of what is due are in no file any more.
    void erase() throws InterruptedException {
        try {
            storage.erase();
        } catch (IOException e) {
            throw new SigynException(
                    ErrorKind.OVERLOADED,
                    "the entries are hidden, but their bytes cannot be erased yet; that is tried again: " + e,
                    e);
        }
    }

    /// How long until the bytes of a tenant that only hides are erased: longer than any clock runs.
    static Duration never(long nowNanos) {
        return Duration.ofNanos(
                NEVER - Math.max(0, nowNanos) - Duration.ofDays(1).toNanos());
    }

    private static long count(List<ScanUnit> units, TimeRange range) throws InterruptedException {
        var sum = new LongAdder();
        long[] bounds = {range.start(), range.end()};
        for (var unit : units) {
            if (!unit.count(_ -> false, _ -> 0, bounds, false, (_, _, n, _) -> sum.add(n))) {
                unit.read(batch -> {
                    sum.add(batch.rows());
                    return true;
                });
            }
        }
        return sum.sum();
    }

    /// The requests of a tenant, oldest first; also those that the store knows and this does not.
    List<Status> of(Tenant tenant) {
        var pending = new ArrayList<>(storage.deletions(tenant));
        var found = new ArrayList<Status>();
        synchronized (this) {
            for (var entry : entries) {
                if (entry.tenant().equals(tenant.id())) {
                    boolean open = pending.removeIf(d -> d.id().equals(entry.id()));
                    found.add(new Status(entry, !open));
                }
            }
        }
        pending.forEach(d -> found.add(new Status(described(d), false)));
        return found;
    }

    /// A deletion whose request was lost when the process died before it was written down.
    private static Entry described(Deletion d) {
        var query = new StringBuilder();
        for (var matcher : d.matchers()) {
            query.append(query.isEmpty() ? "{" : ", ").append(matcher);
        }
        return new Entry(
                d.id(),
                d.tenant().id(),
                (query.isEmpty() ? "{" : query) + "}",
                d.range().start(),
                d.range().end() - 1,
                d.createdNanos(),
                d.dueNanos(),
                0);
    }

    /// Entries that were hidden are seen again, unless their bytes are gone. Older requests than `deadline`
    /// (nanoseconds) only by force.
    Withdrawal withdraw(Tenant tenant, String id, long deadline, boolean force) {
        var status = of(tenant).stream().filter(s -> s.entry().id().equals(id)).findFirst();
        if (status.isEmpty()) {
            return Withdrawal.UNKNOWN;
        }
        if (status.get().done()) {
            return Withdrawal.PROCESSED;
        }
        if (status.get().entry().created() < deadline && !force) {
            return Withdrawal.TOO_LATE;
        }
        if (!storage.cancelDeletion(tenant, id)) {
            return Withdrawal.PROCESSED;
        }
        synchronized (this) {
            entries.removeIf(e -> e.id().equals(id));
            save();
        }
        return Withdrawal.DONE;
    }

    private void save() {
        var array = JsonMapper.shared().createArrayNode();
        entries.forEach(entry -> entry.write(array));
        byte[] bytes = JsonMapper.shared().writeValueAsBytes(array);
        Path fresh = fresh();
        try {
            try (var channel = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                var buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            try (var folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path fresh() {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /// The matchers and tests on lines of a query, for whoever wants to delete what it finds.
    record Wanted(List<LabelMatcher> matchers, List<LinePredicate> lines) {
        static Wanted of(String query) {
            if (query.replaceAll("\\s", "").equals("{}")) {
                return new Wanted(List.of(), List.of());
            }
            var log = LogQl.parseLog(query);
            var lines = LogQl.lineTests(log)
                    .orElseThrow(() -> SigynException.badRequest(
                            "a delete request takes line filters that look for texts, no other stages"));
            return new Wanted(log.matchers(), lines);
        }
    }
}
