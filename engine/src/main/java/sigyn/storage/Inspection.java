package sigyn.storage;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import sigyn.codec.DamagedException;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.block.Block;
import sigyn.storage.block.BlockReport;
import sigyn.storage.block.CorruptBlockException;
import sigyn.storage.wal.WalRecord;
import sigyn.storage.wal.WalSegment;

/// Prints the files of a store for people. Reads only, damaged files as far as it goes, and needs no store to be open;
/// every method returns how many damaged places it met.
public final class Inspection {
    private final PrintWriter out;
    private int damages;

    public Inspection(PrintWriter out) {
        this.out = out;
    }

    public int block(Path file) throws IOException {
        return BlockReport.print(file, out);
    }

    /// A segment of the write-ahead log: its records and what is wrong between them.
    public int wal(Path file) throws IOException {
        out.printf("segment %s, %,d bytes%n", file, Files.size(file));
        var reading = WalSegment.read(file, this::record);
        for (String damage : reading.damage()) {
            damaged(damage);
        }
        out.printf(
                "%,d whole records, last at %d; %,d bytes of a torn write, %,d of an earlier use of the file%n",
                reading.records(), reading.lastSeq(), reading.tornBytes(), reading.leftoverBytes());
        return damages;
    }

    private void record(WalRecord record) {
        try {
            var decoded = BatchCodec.decode(record);
            var batch = decoded.batch();
            out.printf(
                    "record %d at byte %,d: %s, %,d bytes, crc holds, tenant %s, %,d rows of %d streams, %,d bytes%s%n",
                    record.seq(),
                    record.offset(),
                    record.kind(),
                    record.length(),
                    decoded.tenant(),
                    batch.rows(),
                    batch.streams().size(),
                    batch.byteCount(),
                    batch.name().isEmpty() ? "" : ", named " + batch.name());
        } catch (DamagedException e) {
            damaged("record " + record.seq() + ": " + e.getMessage());
        }
    }

    public int manifest(Path file) throws IOException {
        out.printf("manifest %s, %,d bytes%n", file, Files.size(file));
        var manifest = Manifest.readFile(file);
        String problem = manifest.problem();
        if (!problem.isEmpty()) {
            damaged(problem);
        }
        out.printf("next block %016x, log up to %d%n", manifest.nextBlockNumber(), manifest.lastSeq());
        new TreeMap<>(manifest.tenants()).forEach((tenant, state) -> {
            out.printf(
                    "tenant %s: %d blocks, %d clusters, %d pending deletions%n",
                    tenant, state.blocks.size(), state.sealedSeq.size(), state.deletions.size());
            state.blocks.forEach(number -> out.printf("  block %016x%n", number));
            new TreeMap<>(state.sealedSeq)
                    .forEach((cluster, seq) -> out.printf("  cluster %016x is in blocks up to %d%n", cluster, seq));
            state.deletions.values().forEach(deletion -> out.println("  " + deletion));
        });
        return damages;
    }

    /// The streams of a block, or of all blocks in a directory, with rows, bytes and times.
    public int streams(Path path) throws IOException {
        record Sum(long rows, long bytes, long minTime, long maxTime) {
            Sum and(Sum more) {
                return new Sum(
                        rows + more.rows,
                        bytes + more.bytes,
                        Math.min(minTime, more.minTime),
                        Math.max(maxTime, more.maxTime));
            }
        }
        var sums = new TreeMap<Labels, Sum>();
        for (Path file : files(path)) {
            if (Block.number(file) < 0) {
                continue;
            }
            try {
                var labels = new java.util.ArrayList<Labels>();
                var block = Block.open(file, tenantOf(file), found -> {
                    labels.add(found);
                    return labels.size() - 1;
                });
                for (var group : block.groups()) {
                    for (int i = 0; i < group.streamCount(); i++) {
                        var sum = new Sum(
                                group.streamRows(i),
                                group.streamBytes(i),
                                group.streamMinTime(i),
                                group.streamMaxTime(i));
                        sums.merge(labels.get(group.stream(i)), sum, Sum::and);
                    }
                }
            } catch (CorruptBlockException e) {
                damaged(e.getMessage() + "");
            }
        }
        sums.forEach((labels, sum) -> out.printf(
                "%s: %,d rows, %,d bytes, from %s to %s%n",
                labels, sum.rows(), sum.bytes(), time(sum.minTime()), time(sum.maxTime())));
        out.printf("%d streams%n", sums.size());
        return damages;
    }

    /// A block's file stands in its tenant's directory; one in quarantine has the tenant in its name.
    static String tenantOf(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        return directory == null ? "" : new Tenant(directory.getFileName().toString()).id();
    }

    /// The files below a path, or the one it is. Whoever writes there may remove some meanwhile.
    static List<Path> files(Path path) throws IOException {
        var files = new ArrayList<Path>();
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (Files.isRegularFile(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (!(failure instanceof NoSuchFileException) || file.equals(path)) {
                    throw failure;
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        return files;
    }

    private void damaged(String what) {
        damages++;
        out.println("DAMAGED: " + what);
    }

    private static Instant time(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
