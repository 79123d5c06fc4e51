package sigyn.storage.block;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import sigyn.codec.ByteSource;
import sigyn.codec.Bytes;
import sigyn.codec.Compression;
import sigyn.codec.DamagedException;
import sigyn.model.Labels;
import sigyn.storage.rowgroup.CorruptRowGroupException;
import sigyn.storage.rowgroup.EncodedRowGroup;
import sigyn.storage.rowgroup.RowGroup;
import sigyn.storage.rowgroup.RowGroupStatistics;
import sigyn.storage.rowgroup.RowGroupSummary;

/// Prints a block file: what it says of itself, where its bytes are, whether its checksums hold. A damaged file is
/// printed as far as it can be read.
public final class BlockReport {
    private static final int MOST_TEMPLATES = 20;
    private static final long NANOS = 1_000_000_000L;

    private final PrintWriter out;
    private final byte[] file;
    private int damages;

    private BlockReport(byte[] file, PrintWriter out) {
        this.file = file;
        this.out = out;
    }

    /// Returns how many damaged places there are.
    public static int print(Path path, PrintWriter out) throws IOException {
        var report = new BlockReport(Files.readAllBytes(path), out);
        out.printf("block %s, %,d bytes%n", path, report.file.length);
        report.print(path.toString());
        out.println(report.damages == 0 ? "all checksums hold" : report.damages + " damaged places");
        return report.damages;
    }

    private void damaged(String what) {
        damages++;
        out.println("DAMAGED: " + what);
    }

    private void print(String name) {
        if (file.length < BlockFormat.HEADER_SIZE + BlockFormat.TRAILER_SIZE) {
            damaged("shorter than header and trailer");
            return;
        }
        String problem = BlockFormat.headerProblem(Arrays.copyOf(file, BlockFormat.HEADER_SIZE));
        if (problem == null) {
            out.printf("header: version %d, number %016x%n", Bytes.u16(file, 8), Bytes.i64(file, 24));
        } else {
            damaged(problem);
        }
        try {
            int at = file.length - BlockFormat.TRAILER_SIZE;
            var trailer = BlockFormat.Trailer.read(Arrays.copyOfRange(file, at, file.length), name);
            if (trailer.headerCrc() != Bytes.i32(file, BlockFormat.HEADER_SIZE - 4)) {
                damaged("header and trailer are of different files");
            }
            var source = new ByteSource(read(new Section(
                    0,
                    Section.ZSTD,
                    trailer.footerOffset(),
                    trailer.footerStored(),
                    trailer.footerRaw(),
                    trailer.footerCrc())));
            print(BlockFooter.read(source));
        } catch (CorruptBlockException | DamagedException e) {
            damaged("footer: " + e.getMessage() + "; without it nothing else can be found");
        }
    }

    private void print(BlockFooter footer) {
        out.printf(
                "footer: tenant %s, created %s, level %d, %d streams, %d row groups%n",
                footer.tenant(),
                time(footer.created()),
                footer.level(),
                footer.streamCount(),
                footer.rowGroups().size());
        if (!footer.replaces().isEmpty()) {
            out.println("replaces "
                    + footer.replaces().stream().map("%016x"::formatted).toList());
        }
        try {
            var source = new ByteSource(read(footer.streams()));
            for (int i = 0; i < footer.streamCount(); i++) {
                var map = new java.util.TreeMap<String, String>();
                for (int pairs = source.count(source.remaining()); pairs > 0; pairs--) {
                    String label = source.text();
                    map.put(label, source.text());
                }
                out.printf("stream %d: %s%n", i, Labels.of(map));
            }
        } catch (DamagedException e) {
            damaged("streams: " + e.getMessage());
        }
        int number = 0;
        for (var group : footer.rowGroups()) {
            print(number++, group);
        }
    }

    private void print(int number, RowGroupMeta group) {
        out.printf(
                "row group %d at byte %,d: %,d bytes for %,d rows of %,d bytes (%.2f %%), cluster %016x, log %d to %d%n",
                number,
                group.offset(),
                group.length(),
                group.rows(),
                group.lineBytes() + group.metadataBytes(),
                100.0 * group.length() / Math.max(1, group.lineBytes() + group.metadataBytes()),
                group.cluster(),
                group.firstSeq(),
                group.lastSeq());
        out.printf("  from %s to %s, streams %s%n", time(group.minTime()), time(group.maxTime()), streams(group));
        byte[] data = null;
        byte[] prune = null;
        for (var section : group.sections()) {
            try {
                byte[] bytes = read(new Section(
                        section.kind(),
                        section.codec(),
                        group.offset() + section.offset(),
                        section.stored(),
                        section.raw(),
                        section.crc()));
                out.printf("  section %d: %,d bytes, crc %08x holds%n", section.kind(), bytes.length, section.crc());
                data = section.kind() == StoredRowGroup.DATA ? bytes : data;
                prune = section.kind() == StoredRowGroup.PRUNE ? bytes : prune;
            } catch (DamagedException e) {
                damaged("  section " + section.kind() + ": " + e.getMessage());
            }
        }
        try {
            if (data != null && prune != null) {
                contents(data, prune);
            }
        } catch (CorruptRowGroupException | DamagedException e) {
            damaged("  contents: " + e.getMessage());
        }
    }

    private static String streams(RowGroupMeta group) {
        int[] streams = group.streams();
        return streams.length <= 16 ? Arrays.toString(streams) : streams.length + " of them";
    }

    private void contents(byte[] data, byte[] prune) {
        RowGroupStatistics.of(new EncodedRowGroup(data, prune))
                .sections()
                .forEach((kind, bytes) -> out.printf("    %-14s %,12d bytes%n", kind, bytes));
        var summary = RowGroupSummary.open(prune);
        out.printf("    levels %s, %d pages of %d rows%n", summary.levels(), summary.pages(), RowGroupSummary.PAGE);
        var rows = RowGroup.open(data);
        if (!rows.belongsTo(summary)) {
            damaged("  the filters are of another row group");
        }
        out.printf("    %,d lines decoded, %d templates%n", rows.decodeAll() < 0 ? 0 : rows.rows(), rows.templates());
        int[] counts = new int[rows.templates() + 1];
        for (int t : rows.templateIds()) {
            counts[Math.clamp(t, 0, rows.templates())]++;
        }
        for (int t = 0; t < Math.min(rows.templates(), MOST_TEMPLATES); t++) {
            var template = rows.template(t, List.of());
            var text = new StringBuilder();
            for (int i = 0; i <= template.variables(); i++) {
                text.append(i == 0 ? "" : "<_>").append(new String(template.piece(i), StandardCharsets.UTF_8));
            }
            out.printf("    template %d, %,d rows: %s%n", t, counts[t], text);
        }
        if (rows.templates() > MOST_TEMPLATES) {
            out.printf("    and %d more%n", rows.templates() - MOST_TEMPLATES);
        }
    }

    private byte[] read(Section section) {
        if (section.offset() < 0
                || section.stored() < 0
                || section.raw() < 0
                || section.offset() > file.length - section.stored()) {
            throw new DamagedException(section + " outside the file");
        }
        int at = (int) section.offset();
        int crc = Bytes.crc32c(file, at, section.stored());
        if (crc != section.crc()) {
            throw new DamagedException("at byte %d: crc %08x, stored %08x".formatted(at, crc, section.crc()));
        }
        if (section.codec() == Section.AS_IS) {
            return Arrays.copyOfRange(file, at, at + section.stored());
        }
        byte[] raw = new byte[section.raw()];
        Compression.unzstd(file, at, section.stored(), raw, 0, raw.length);
        return raw;
    }

    private static Instant time(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }
}
