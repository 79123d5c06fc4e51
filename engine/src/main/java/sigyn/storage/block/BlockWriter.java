package sigyn.storage.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import sigyn.codec.ByteSink;
import sigyn.codec.Bytes;
import sigyn.codec.Compression;
import sigyn.model.Labels;
import sigyn.model.Tenant;

/// Writes one block file under a temporary name; [#commit] makes it durable under its own.
public final class BlockWriter implements AutoCloseable {
    private static final String UNFINISHED = ".tmp";
    private static final Scratch<Memory> MEMORY = new Scratch<>(Memory::new);

    /// What grows with the streams of a block and with its row groups; the writer of the next block goes on with it.
    private static final class Memory {
        /// The file's number of each of the tenant's streams and one, 0 for those that it does not have.
        private int[] fileNumber = new int[0];
        /// The tenant's number of each of the file's streams.
        private int[] tenantNumber = new int[0];
        /// Their labels as the file has them, once it is written.
        private final ByteSink labels = new ByteSink();
        /// Labels and footer, packed; then the labels again, unpacked.
        private final ByteSink room = new ByteSink();
        /// A copied row group, and room for the next.
        private byte[] copied = new byte[0];
    }

    private final Path target;
    private final Path temporary;
    private final long number;
    private final Tenant tenant;
    private final FileChannel channel;
    private final Memory memory;
    private final List<Labels> streams = new ArrayList<>();
    private final List<RowGroupMeta> groups = new ArrayList<>();
    private final byte[] header;
    private final IntFunction<Labels> labelsOf;
    private long at;

    /// `labelsOf` gives the labels behind the stream numbers in the rows.
    public BlockWriter(Path directory, long number, Tenant tenant, IntFunction<Labels> labelsOf) throws IOException {
        this.target = directory.resolve(Block.fileName(number));
        this.temporary = directory.resolve(Block.fileName(number) + UNFINISHED);
        this.number = number;
        this.tenant = tenant;
        this.labelsOf = labelsOf;
        this.header = BlockFormat.header(number);
        this.channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        this.memory = MEMORY.take();
        write(header, header.length);
    }

    public static boolean isUnfinished(Path file) {
        return file.getFileName().toString().endsWith(UNFINISHED);
    }

    /// Encodes rows that are in time order as a row group, checked by decoding it again. `firstSeq` and `lastSeq` say
    /// from which part of the log they came.
    public void add(Encoders encoders, Rows rows, long cluster, long firstSeq, long lastSeq) throws IOException {
        int n = rows.count();
        int[] streamsHere = rows.distinctStreams();
        var input = rows.toInput(streamsHere);
        var encoded = encoders.encode(input);
        var data = section(StoredRowGroup.DATA, 0, encoded.data());
        var prune = section(StoredRowGroup.PRUNE, padded(data.stored()), encoded.prune());
        long lineBytes = 0;
        for (int row = 0; row < n; row++) {
            lineBytes += rows.lineLength(row);
        }
        var meta = new RowGroupMeta(
                0,
                prune.offset() + prune.stored(),
                cluster,
                firstSeq,
                lastSeq,
                n,
                lineBytes,
                rows.byteCount() - lineBytes,
                rows.time(0),
                rows.time(n - 1),
                List.of(data, prune),
                streamsHere);
        begin(meta);
        write(encoded.data(), encoded.data().length);
        pad();
        write(encoded.prune(), encoded.prune().length);
    }

    private static Section section(int kind, long offset, byte[] content) {
        int crc = Bytes.crc32c(content, 0, content.length);
        return new Section(kind, Section.AS_IS, offset, content.length, content.length, crc);
    }

    private static long padded(long at) {
        return at + BlockFormat.ALIGNMENT - 1 & -BlockFormat.ALIGNMENT;
    }

    /// Takes a row group of another block as its bytes are.
    ///
    /// @throws CorruptBlockException when they do not fit their checksums; nothing is written then
    public void copy(StoredRowGroup group) throws IOException {
        group.copyChecked(room(group));
        appendCopied(group);
    }

    /// The same of a row group that is damaged; its checksums go on telling so.
    public void copyDamaged(StoredRowGroup group) throws IOException {
        group.copyAsIs(room(group));
        appendCopied(group);
    }

    private byte[] room(StoredRowGroup group) {
        if (memory.copied.length < group.length()) {
            memory.copied = new byte[group.length()];
        }
        return memory.copied;
    }

    private void appendCopied(StoredRowGroup group) throws IOException {
        begin(group.metaWithTenantStreams());
        write(memory.copied, group.length());
    }

    private void begin(RowGroupMeta meta) throws IOException {
        pad();
        int[] mine = new int[meta.streams().length];
        for (int i = 0; i < mine.length; i++) {
            mine[i] = fileNumber(meta.streams()[i]);
        }
        groups.add(meta.at(at, mine));
    }

    private int fileNumber(int id) {
        if (id >= memory.fileNumber.length) {
            memory.fileNumber = Arrays.copyOf(memory.fileNumber, Math.max(id + 1, memory.fileNumber.length * 2));
        }
        int known = memory.fileNumber[id];
        if (known > 0) {
            return known - 1;
        }
        int n = streams.size();
        if (n == memory.tenantNumber.length) {
            memory.tenantNumber = Arrays.copyOf(memory.tenantNumber, Math.max(64, n * 2));
        }
        memory.tenantNumber[n] = id;
        streams.add(labelsOf.apply(id));
        memory.fileNumber[id] = n + 1;
        return n;
    }

    private void pad() throws IOException {
        int rest = (int) (padded(at) - at);
        write(new byte[rest], rest);
    }

    private void write(byte[] bytes, int length) throws IOException {
        var buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        at += length;
    }

    public int groups() {
        return groups.size();
    }

    /// Finishes the file, syncs it and gives it its name; the directory's sync is the caller's. Returns the path.
    public Path commit(long createdNanos, int level, List<Long> replaces) throws IOException {
        var labels = memory.labels;
        var packed = memory.room;
        labels.clear();
        LabelSets.write(streams, labels);
        pack(labels);
        pad();
        var section = new Section(
                0, Section.ZSTD, at, packed.size(), labels.size(), Bytes.crc32c(packed.array(), 0, packed.size()));
        write(packed.array(), packed.size());

        var footer = new ByteSink();
        new BlockFooter(tenant.id(), createdNanos, level, replaces, streams.size(), section, groups).write(footer);
        pack(footer);
        pad();
        var trailer = new BlockFormat.Trailer(
                at,
                packed.size(),
                footer.size(),
                Bytes.crc32c(packed.array(), 0, packed.size()),
                Bytes.i32(header, BlockFormat.HEADER_SIZE - 4));
        write(packed.array(), packed.size());
        write(trailer.write(), BlockFormat.TRAILER_SIZE);
        channel.force(true);
        channel.close();
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        return target;
    }

    private void pack(ByteSink content) {
        memory.room.clear();
        Compression.zstd(content.array(), 0, content.size(), memory.room);
    }

    public long number() {
        return number;
    }

    /// Opens the file that [#commit] made and holds it against what was written; its streams have the numbers that the
    /// rows had.
    public Block open() throws IOException {
        return Block.open(target, tenant.id(), memory.labels, memory.tenantNumber, streams.size(), memory.room);
    }

    /// Removes what was not committed.
    @Override
    public void close() throws IOException {
        for (int i = 0; i < streams.size(); i++) {
            memory.fileNumber[memory.tenantNumber[i]] = 0;
        }
        MEMORY.giveBack(memory);
        if (channel.isOpen()) {
            channel.close();
            Files.deleteIfExists(temporary);
        }
    }
}
