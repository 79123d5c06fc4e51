package sigyn.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.codec.ByteSink;
import sigyn.codec.Bytes;
import sigyn.model.Tenant;
import sigyn.storage.wal.Wal;

/// Which batches were stored in the last hour, so that a sender that has heard no answer may send a batch again.
///
/// Batches are known by a digest of tenant and name, in two generations: one grows until it is an hour old or full, the
/// one before it is kept as long. What is in the write-ahead log need not be in the files; [#sync] comes before the log
/// is cut. A record that is lost or damaged is a batch that is not recognised, no more.
///
/// ```
/// batches-<number>.ids:  "SGBATCH1", created i64 (milliseconds), then per batch 16 bytes of SHA-256
/// ```
final class StoredBatches {
    private static final Logger LOG = LoggerFactory.getLogger(StoredBatches.class);
    private static final byte[] MAGIC = "SGBATCH1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 16;
    private static final int RECORD = 16;
    private static final long GENERATION_MILLIS = 3_600_000;

    record Key(long high, long low) {
        static Key of(Tenant tenant, String name) {
            try {
                var digest = MessageDigest.getInstance("SHA-256");
                digest.update(tenant.id().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                byte[] hash = digest.digest(name.getBytes(StandardCharsets.UTF_8));
                return new Key(Bytes.i64(hash, 0), Bytes.i64(hash, 8));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// Stores a batch; returns when it is on disk.
    @FunctionalInterface
    interface Write {
        void run() throws InterruptedException;
    }

    /// A set of keys with the file that they go to. `written` is how much of the file is known to be good.
    private static final class Generation {
        private final Path file;
        private final long created;
        private final ByteSink pending = new ByteSink();
        private long[] table = new long[128];
        private int size;
        private long written;

        Generation(Path file, long created) {
            this.file = file;
            this.created = created;
        }

        private int slot(Key key) {
            int mask = table.length / 2 - 1;
            int slot = (int) key.low() & mask;
            while (!isFree(slot) && (table[2 * slot] != key.high() || table[2 * slot + 1] != key.low())) {
                slot = slot + 1 & mask;
            }
            return slot;
        }

        private boolean isFree(int slot) {
            return table[2 * slot] == 0 && table[2 * slot + 1] == 0;
        }

        boolean contains(Key key) {
            return !isFree(slot(key));
        }

        void add(Key key) {
            if (2 * (size + 1) > table.length / 2) {
                long[] old = table;
                table = new long[old.length * 2];
                for (int i = 0; i < old.length; i += 2) {
                    if (old[i] != 0 || old[i + 1] != 0) {
                        put(new Key(old[i], old[i + 1]));
                    }
                }
            }
            put(key);
            size++;
        }

        private void put(Key key) {
            int slot = slot(key);
            table[2 * slot] = key.high();
            table[2 * slot + 1] = key.low();
        }
    }

    private final Path directory;
    private final Clock clock;
    private final int most;
    private final ConcurrentHashMap<Key, CountDownLatch> underway = new ConcurrentHashMap<>();
    /// All below is guarded by this.
    private final List<Path> obsolete = new ArrayList<>();

    private @Nullable Generation before;
    private Generation current;
    private long nextNumber = 1;

    /// Reads what is known. A generation holds at most `most` batches.
    StoredBatches(Path directory, Clock clock, int most) throws IOException {
        this.directory = directory;
        this.clock = clock;
        this.most = most;
        var files = new ArrayList<Path>();
        try (var found = Files.newDirectoryStream(directory, "batches-*.ids")) {
            found.forEach(files::add);
        }
        files.sort(null);
        var generations = new ArrayList<Generation>();
        for (var file : files) {
            String name = file.getFileName().toString();
            nextNumber = Math.max(nextNumber, Long.parseLong(name.substring(8, name.length() - 4)) + 1);
            var generation = read(file);
            if (generation != null) {
                generations.add(generation);
            }
        }
        int n = generations.size();
        current = n == 0 ? create() : generations.get(n - 1);
        before = n < 2 ? null : generations.get(n - 2);
        for (int i = 0; i < n - 2; i++) {
            obsolete.add(generations.get(i).file);
        }
    }

    private Generation create() {
        return new Generation(directory.resolve("batches-%012d.ids".formatted(nextNumber++)), clock.millis());
    }

    private static @Nullable Generation read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < HEADER || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            LOG.warn("{} is no list of batches; it is removed", file);
            Files.delete(file);
            return null;
        }
        var generation = new Generation(file, Bytes.i64(bytes, MAGIC.length));
        int at = HEADER;
        for (; at + RECORD <= bytes.length; at += RECORD) {
            var key = new Key(Bytes.i64(bytes, at), Bytes.i64(bytes, at + 8));
            if (!generation.contains(key)) {
                generation.add(key);
            }
        }
        generation.written = at;
        return generation;
    }

    /// True when a batch of this name is stored.
    boolean contains(Tenant tenant, String name) {
        return contains(Key.of(tenant, name));
    }

    private synchronized boolean contains(Key key) {
        return current.contains(key) || before != null && before.contains(key);
    }

    /// Takes note of a batch that is on disk.
    synchronized void add(Tenant tenant, String name) {
        var key = Key.of(tenant, name);
        if (contains(key)) {
            return;
        }
        long age = clock.millis() - current.created;
        if (age >= GENERATION_MILLIS || age < 0 || current.size >= most) {
            if (before != null) {
                obsolete.add(before.file);
            }
            before = current;
            current = create();
        }
        current.add(key);
        current.pending.i64(key.high());
        current.pending.i64(key.low());
    }

    /// Runs `write` unless a batch of this name is stored already or another caller is storing it; then waits for that
    /// one, and tries itself if that one fails.
    void once(Tenant tenant, String name, Write write) throws InterruptedException {
        var key = Key.of(tenant, name);
        while (!contains(key)) {
            var mine = new CountDownLatch(1);
            var other = underway.putIfAbsent(key, mine);
            if (other != null) {
                other.await();
                continue;
            }
            try {
                if (!contains(key)) {
                    write.run();
                }
                return;
            } finally {
                underway.remove(key, mine);
                mine.countDown();
            }
        }
    }

    /// Makes durable what was added.
    synchronized void sync() throws IOException {
        if (before != null) {
            write(before);
        }
        write(current);
        for (var file : obsolete) {
            Files.deleteIfExists(file);
        }
        obsolete.clear();
    }

    private void write(Generation generation) throws IOException {
        if (generation.pending.size() == 0) {
            return;
        }
        boolean created = generation.written == 0;
        try (var channel = FileChannel.open(generation.file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(generation.written);
            channel.position(generation.written);
            if (created) {
                var header = new ByteSink(HEADER);
                header.write(MAGIC);
                header.i64(generation.created);
                write(channel, header);
            }
            write(channel, generation.pending);
            channel.force(true);
            generation.written = channel.position();
        }
        if (created) {
            Wal.syncDirectory(directory);
        }
        generation.pending.clear();
    }

    private static void write(FileChannel channel, ByteSink bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes.array(), 0, bytes.size());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
