package sigyn.storage.block;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.codec.Bytes;
import sigyn.codec.Compression;
import sigyn.codec.DamagedException;
import sigyn.model.Labels;

/// An open block file, mapped. The mapping lives as long as somebody can reach the block, so a file that was unlinked
/// can still be read to the end by the scans that began before.
public final class Block {
    private final Path path;
    private final long number;
    private final long size;
    private final int level;
    private final List<Long> replaces;
    private final List<StoredRowGroup> groups;

    private Block(Path path, long number, long size, BlockFooter footer, List<StoredRowGroup> groups) {
        this.path = path;
        this.number = number;
        this.size = size;
        this.level = footer.level();
        this.replaces = footer.replaces();
        this.groups = List.copyOf(groups);
    }

    static String fileName(long number) {
        return "%016x.blk".formatted(number);
    }

    /// The number in a block's file name, or -1 for any other file.
    public static long number(Path file) {
        String name = file.getFileName().toString();
        return name.matches("[0-9a-f]{16}\\.blk") ? Long.parseUnsignedLong(name, 0, 16, 16) : -1;
    }

    /// Opens a file, checking everything but the sections of its row groups. `intern` gives the tenant's number of a
    /// stream.
    public static Block open(Path path, String tenant, ToIntFunction<Labels> intern) throws IOException {
        return open(path, tenant, new ByteSink(0), (labels, count) -> {
            var source = new ByteSource(labels.array(), 0, labels.size());
            int[] numbers = new int[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = intern.applyAsInt(LabelSets.read(source));
            }
            source.expectEnd();
            return numbers;
        });
    }

    /// Opens a file that must hold `count` streams, as [LabelSets] writes them, whose numbers are known: comparing them
    /// costs less than making them.
    ///
    /// @param room for the file's labels
    static Block open(Path path, String tenant, ByteSink streams, int[] numbers, int count, ByteSink room)
            throws IOException {
        return open(path, tenant, room, (labels, found) -> {
            if (found != count) {
                throw new DamagedException(found + " streams, expected " + count);
            }
            int different = Arrays.mismatch(labels.array(), 0, labels.size(), streams.array(), 0, streams.size());
            if (different >= 0) {
                throw new DamagedException("other labels than expected from byte " + different + " on");
            }
            return numbers;
        });
    }

    /// Gives the tenant's numbers of a file's streams.
    private interface Streams {
        int[] numbers(ByteSink labels, int count);
    }

    private static Block open(Path path, String tenant, ByteSink room, Streams streams) throws IOException {
        String name = path.toString();
        MemorySegment file;
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < BlockFormat.HEADER_SIZE + BlockFormat.TRAILER_SIZE) {
                throw new CorruptBlockException(name, "shorter than header and trailer: " + size + " bytes");
            }
            file = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
        }
        byte[] header = bytes(file, 0, BlockFormat.HEADER_SIZE);
        String problem = BlockFormat.headerProblem(header);
        if (problem != null) {
            throw new CorruptBlockException(name, problem);
        }
        long number = Bytes.i64(header, 24);
        if (number != number(path)) {
            throw new CorruptBlockException(name, "is block " + fileName(number) + " under another name");
        }
        long trailerAt = file.byteSize() - BlockFormat.TRAILER_SIZE;
        var trailer = BlockFormat.Trailer.read(bytes(file, trailerAt, BlockFormat.TRAILER_SIZE), name);
        if (trailer.headerCrc() != Bytes.i32(header, 60)) {
            throw new CorruptBlockException(name, "header and trailer are of different files");
        }
        try {
            var stored = new Section(
                    0,
                    Section.ZSTD,
                    trailer.footerOffset(),
                    trailer.footerStored(),
                    trailer.footerRaw(),
                    trailer.footerCrc());
            unpack(file, name, stored, room);
            var source = new ByteSource(room.array(), 0, room.size());
            var footer = BlockFooter.read(source);
            source.expectEnd();
            if (!footer.tenant().equals(tenant)) {
                throw new CorruptBlockException(name, "belongs to tenant " + footer.tenant());
            }
            return new Block(path, number, file.byteSize(), footer, groups(file, name, footer, streams, room));
        } catch (DamagedException e) {
            throw new CorruptBlockException(name, "footer: " + e.getMessage(), e);
        }
    }

    private static List<StoredRowGroup> groups(
            MemorySegment file, String name, BlockFooter footer, Streams of, ByteSink room) {
        unpack(file, name, footer.streams(), room);
        int[] numbers = of.numbers(room, footer.streamCount());
        var groups = new ArrayList<StoredRowGroup>();
        for (var meta : footer.rowGroups()) {
            if (meta.offset() < 0 || meta.length() < 0 || meta.offset() > file.byteSize() - meta.length()) {
                throw new CorruptBlockException(name, "a row group of " + meta.length() + " at " + meta.offset());
            }
            int[] streams = new int[meta.streams().length];
            for (int i = 0; i < streams.length; i++) {
                streams[i] = numbers[meta.streams()[i]];
            }
            groups.add(new StoredRowGroup(name, file.asSlice(meta.offset(), meta.length()), meta, streams));
        }
        return groups;
    }

    /// Fills `room` with a section.
    private static void unpack(MemorySegment file, String name, Section section, ByteSink room) {
        if (section.offset() < 0
                || section.stored() < 0
                || section.raw() < 0
                || section.offset() > file.byteSize() - section.stored()) {
            throw new CorruptBlockException(name, section + " outside the file of " + file.byteSize() + " bytes");
        }
        byte[] stored = bytes(file, section.offset(), section.stored());
        int crc = Bytes.crc32c(stored, 0, stored.length);
        if (crc != section.crc()) {
            throw new CorruptBlockException(
                    name, "at byte %d: crc %08x, stored %08x".formatted(section.offset(), crc, section.crc()));
        }
        room.clear();
        room.extend(section.raw());
        Compression.unzstd(stored, 0, stored.length, room.array(), 0, section.raw());
    }

    private static byte[] bytes(MemorySegment file, long at, long length) {
        return file.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }

    public Path path() {
        return path;
    }

    public long number() {
        return number;
    }

    /// Bytes of the file.
    public long size() {
        return size;
    }

    public int level() {
        return level;
    }

    /// Numbers of the files that this one stands for.
    public List<Long> replaces() {
        return replaces;
    }

    public List<StoredRowGroup> groups() {
        return groups;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
