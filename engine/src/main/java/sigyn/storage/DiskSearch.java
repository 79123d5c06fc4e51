package sigyn.storage;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import sigyn.codec.DamagedException;
import sigyn.model.Labels;
import sigyn.storage.block.Block;
import sigyn.storage.block.CorruptBlockException;
import sigyn.storage.wal.WalRecord;
import sigyn.storage.wal.WalSegment;

/// Looks for some bytes in every file of a directory: as they stand there, and in what they say once decoded. Finding
/// nothing is the proof that something deleted is gone.
public final class DiskSearch {
    private final byte[] needle;
    private final PrintWriter out;
    private long hits;
    private long unread;

    /// What was found, and how many places could be read as bytes only because they are damaged.
    public record Result(long files, long bytes, long hits, long unread) {}

    private DiskSearch(String token, PrintWriter out) {
        if (token.isEmpty()) {
            throw new IllegalArgumentException("nothing to look for");
        }
        this.needle = token.getBytes(StandardCharsets.UTF_8);
        this.out = out;
    }

    public static Result grep(String token, Path directory, PrintWriter out) throws IOException {
        var search = new DiskSearch(token, out);
        long files = 0;
        long bytes = 0;
        for (Path file : Inspection.files(directory)) {
            try {
                bytes += search.raw(file);
                search.decoded(file);
                files++;
            } catch (NoSuchFileException e) {
                out.println(file + ": removed meanwhile");
            }
        }
        return new Result(files, bytes, search.hits, search.unread);
    }

    private void hit(Path file, String where) {
        hits++;
        out.println(file + ": " + where);
    }

    private long raw(Path file) throws IOException {
        long size = 0;
        byte[] window = new byte[Math.max(1 << 20, needle.length * 4)];
        int kept = 0;
        try (var in = Files.newInputStream(file)) {
            for (int n = in.read(window, kept, window.length - kept);
                    n >= 0;
                    n = in.read(window, kept, window.length - kept)) {
                int length = kept + n;
                for (int at = indexOf(window, 0, length); at >= 0; at = indexOf(window, at + 1, length)) {
                    hit(file, "byte " + (size - kept + at));
                }
                size += n;
                kept = Math.min(length, needle.length - 1);
                System.arraycopy(window, length - kept, window, 0, kept);
            }
        }
        return size;
    }

    private int indexOf(byte[] bytes, int from, int end) {
        outer:
        for (int at = from; at <= end - needle.length; at++) {
            for (int i = 0; i < needle.length; i++) {
                if (bytes[at + i] != needle[i]) {
                    continue outer;
                }
            }
            return at;
        }
        return -1;
    }

    private void decoded(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (Block.number(file) >= 0) {
            block(file);
        } else if (name.startsWith("wal-")) {
            var reading = WalSegment.read(file, record -> record(file, record));
            for (String damage : reading.damage()) {
                unread(damage);
            }
        }
    }

    private void unread(String what) {
        unread++;
        out.println("not decoded: " + what);
    }

    private void record(Path file, WalRecord record) {
        try {
            byte[] head = record.head();
            byte[] body = record.body();
            var batch = BatchCodec.decode(record).batch();
            if (indexOf(head, 0, head.length) >= 0
                    || indexOf(body, 0, body.length) >= 0
                    || indexOf(batch.bytes(), batch.start(), batch.start() + batch.byteCount()) >= 0) {
                hit(file, "record " + record.seq());
            }
        } catch (DamagedException e) {
            unread(file + " record " + record.seq() + ": " + e.getMessage());
        }
    }

    private void block(Path file) throws IOException {
        try {
            int[] streams = {0};
            var block = Block.open(file, Inspection.tenantOf(file), labels -> {
                labels(file, labels);
                return streams[0]++;
            });
            for (var group : block.groups()) {
                var rows = group.toRows();
                for (int row = 0; row < rows.count(); row++) {
                    int from = rows.lineStart(row);
                    if (indexOf(rows.bytes(), from, from + rows.lineLength(row) + rows.metadataLength(row)) >= 0) {
                        hit(file, "row " + row + " of the " + group);
                    }
                }
            }
        } catch (CorruptBlockException e) {
            unread(e.getMessage() + "");
        }
    }

    private void labels(Path file, Labels labels) {
        byte[] text = labels.toString().getBytes(StandardCharsets.UTF_8);
        if (indexOf(text, 0, text.length) >= 0) {
            hit(file, "stream " + labels);
        }
    }
}
