package sigyn.testkit.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A file or directory: what programs see, and what would be left after a power cut. Guarded by the disk.
final class DiskFile {
    private static final int SECTOR = 512;

    /// A change that no sync has made durable. `bytes` is null for a new length.
    private record Pending(long at, byte @Nullable [] bytes) {}

    /// Bytes with a length that may be less than the array's.
    private static final class Image {
        byte[] bytes;
        int size;

        Image(byte[] bytes) {
            this.bytes = bytes;
            this.size = bytes.length;
        }

        void write(long at, byte[] from, int offset, int length) {
            int end = Math.toIntExact(at + length);
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
            }
            System.arraycopy(from, offset, bytes, (int) at, length);
            size = Math.max(size, end);
        }

        void resize(long length) {
            int n = Math.toIntExact(length);
            if (n < size) {
                Arrays.fill(bytes, n, size, (byte) 0);
            } else if (n > bytes.length) {
                bytes = Arrays.copyOf(bytes, n);
            }
            size = n;
        }

        byte[] copy() {
            return Arrays.copyOf(bytes, size);
        }
    }

    final boolean directory;
    private final Image seen;
    private final Image durable;
    private final List<Pending> pending = new ArrayList<>();

    DiskFile(boolean directory, byte[] content) {
        this.directory = directory;
        this.seen = new Image(content.clone());
        this.durable = new Image(content.clone());
    }

    int size() {
        return seen.size;
    }

    byte[] content() {
        return seen.copy();
    }

    int read(long at, byte[] into, int offset, int length) {
        if (at >= seen.size) {
            return -1;
        }
        int n = (int) Math.min(length, seen.size - at);
        System.arraycopy(seen.bytes, (int) at, into, offset, n);
        return n;
    }

    void write(long at, byte[] bytes) {
        if (at > seen.size) {
            resize(at);
        }
        seen.write(at, bytes, 0, bytes.length);
        pending.add(new Pending(at, bytes));
    }

    void resize(long length) {
        seen.resize(length);
        pending.add(new Pending(length, null));
    }

    void sync() {
        for (var change : pending) {
            apply(change, durable);
        }
        pending.clear();
    }

    /// A sync that failed: what was pending is never going to be durable, and no later sync tells.
    void loseUnsynced() {
        pending.clear();
    }

    private static void apply(Pending change, Image image) {
        byte[] bytes = change.bytes();
        if (bytes == null) {
            image.resize(change.at());
        } else {
            image.write(change.at(), bytes, 0, bytes.length);
        }
    }

    /// What a power cut leaves: what was synced, and of the rest any sectors, whole or torn, in any order.
    byte[] afterPowerCut(RandomGenerator random) {
        var image = new Image(durable.copy());
        int kept = random.nextInt(4);
        int prefix = pending.isEmpty() ? 0 : random.nextInt(pending.size() + 1);
        for (int i = 0; i < pending.size(); i++) {
            var change = pending.get(i);
            byte[] bytes = change.bytes();
            switch (kept) {
                case 0 -> {}
                case 1 -> apply(change, image);
                case 2 -> {
                    if (i < prefix) {
                        apply(change, image);
                    }
                }
                default -> {
                    if (bytes == null) {
                        if (random.nextBoolean()) {
                            apply(change, image);
                        }
                    } else {
                        sectors(change.at(), bytes, image, random);
                    }
                }
            }
        }
        return image.copy();
    }

    private static void sectors(long at, byte[] bytes, Image image, RandomGenerator random) {
        int from = 0;
        while (from < bytes.length) {
            int length = (int) Math.min(bytes.length - from, SECTOR - (at + from) % SECTOR);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {}
                case 3 -> image.write(at + from, bytes, from, random.nextInt(length + 1));
                default -> image.write(at + from, bytes, from, length);
            }
            from += length;
        }
    }
}
