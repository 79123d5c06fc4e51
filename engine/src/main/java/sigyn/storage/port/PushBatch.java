package sigyn.storage.port;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.model.Labels;
import sigyn.storage.index.Stream;

/// Validated entries of one push, as columns: what `Storage.append` takes. Lines and metadata are copied once, into one
/// growing array; streams are interned. Filled and read by one thread. May be filled again once it is stored, unless
/// somebody keeps it.
public final class PushBatch {
    private static final int AVERAGE_ROW = 160;
    private static final int SMALLEST_GROWTH = 64;

    private final List<Labels> streams = new ArrayList<>();
    private final List<@Nullable Stream> interned = new ArrayList<>();
    /// A map that stays fast where a sender chose labels of equal hashes.
    private final Map<Labels, Integer> streamIndex = new HashMap<>();

    private int rows;
    private int[] stream;
    private long[] timestamp;
    private int[] lineStart;
    private int[] lineLength;
    private int[] metadataLength;
    private byte[] bytes;
    /// Where in `bytes` the first row begins, and where the last one ends.
    private int start;

    private int used;
    private String name = "";
    private volatile boolean kept;

    public PushBatch() {
        this(4096);
    }

    /// With room for about so many bytes of lines and metadata.
    public PushBatch(int expectedBytes) {
        int expectedRows = 64 + expectedBytes / AVERAGE_ROW;
        stream = new int[expectedRows];
        timestamp = new long[expectedRows];
        lineStart = new int[expectedRows];
        lineLength = new int[expectedRows];
        metadataLength = new int[expectedRows];
        bytes = new byte[expectedBytes];
    }

    private PushBatch(int[] stream, long[] timestamp, int[] lineLength, int[] metadataLength, byte[] bytes) {
        this.rows = stream.length;
        this.stream = stream;
        this.timestamp = timestamp;
        this.lineStart = new int[rows];
        this.lineLength = lineLength;
        this.metadataLength = metadataLength;
        this.bytes = bytes;
    }

    /// Of columns as they are, none of them copied. Lines and metadata of all rows stand one behind the other in
    /// `bytes` from `start` on; the entries of `stream` count through `streams`.
    public static PushBatch of(
            List<Labels> streams,
            int[] stream,
            long[] timestamp,
            int[] lineLength,
            int[] metadataLength,
            byte[] bytes,
            int start) {
        var batch = new PushBatch(stream, timestamp, lineLength, metadataLength, bytes);
        int[] index = new int[streams.size()];
        for (int i = 0; i < index.length; i++) {
            index[i] = batch.stream(streams.get(i));
        }
        int at = start;
        for (int row = 0; row < stream.length; row++) {
            stream[row] = index[stream[row]];
            batch.lineStart[row] = at;
            at = Math.addExact(at, lineLength[row] + metadataLength[row]);
        }
        batch.used = at;
        batch.start = start;
        return batch;
    }

    /// Forgets everything, to be filled again.
    public void clear() {
        streams.clear();
        interned.clear();
        streamIndex.clear();
        rows = 0;
        start = 0;
        used = 0;
        name = "";
    }

    /// Somebody reads the batch after it was stored: it must not be filled again.
    public void keep() {
        kept = true;
    }

    public boolean isKept() {
        return kept;
    }

    /// Bytes of memory for lines and metadata.
    public int capacity() {
        return bytes.length;
    }

    /// The index of a stream in this batch, adding it if it is new.
    public int stream(Labels labels) {
        return stream(labels, null);
    }

    /// The same of a stream that the store interned for another batch, which is not looked up again then.
    public int stream(Stream known) {
        return stream(known.labels(), known);
    }

    private int stream(Labels labels, @Nullable Stream known) {
        Integer index = streamIndex.putIfAbsent(labels, streams.size());
        if (index != null) {
            return index;
        }
        streams.add(labels);
        interned.add(known);
        return streams.size() - 1;
    }

    /// Adds an entry: time in nanoseconds, the line's bytes, metadata as [MetadataCodec] writes it (empty: none).
    public void add(int streamIndex, long time, byte[] line, int offset, int length, byte[] metadata) {
        if (rows == stream.length) {
            int n = Math.max(SMALLEST_GROWTH, rows * 2);
            stream = Arrays.copyOf(stream, n);
            timestamp = Arrays.copyOf(timestamp, n);
            lineStart = Arrays.copyOf(lineStart, n);
            lineLength = Arrays.copyOf(lineLength, n);
            metadataLength = Arrays.copyOf(metadataLength, n);
        }
        int need = Math.addExact(Math.addExact(used, length), metadata.length);
        if (need > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(need, Math.min(bytes.length * 3L / 2, Integer.MAX_VALUE - 8)));
        }
        stream[rows] = streamIndex;
        timestamp[rows] = time;
        lineStart[rows] = used;
        lineLength[rows] = length;
        metadataLength[rows] = metadata.length;
        System.arraycopy(line, offset, bytes, used, length);
        System.arraycopy(metadata, 0, bytes, used + length, metadata.length);
        used = need;
        rows++;
    }

    /// Gives the batch the name by which its sender will repeat it.
    public void named(String newName) {
        name = newName;
    }

    /// The sender's name for this batch, empty for none: of one name only the first is stored.
    public String name() {
        return name;
    }

    public int rows() {
        return rows;
    }

    /// The streams that entries refer to by index.
    public List<Labels> streams() {
        return streams;
    }

    /// What the store interned a stream as, for batches to come; null for a stream that it has not seen.
    public @Nullable Stream interned(int stream) {
        return interned.get(stream);
    }

    /// Puts the store's own stream in the place of one with equal labels.
    public void intern(int stream, Stream own) {
        streams.set(stream, own.labels());
        interned.set(stream, own);
    }

    public int stream(int row) {
        return stream[row];
    }

    public long timestamp(int row) {
        return timestamp[row];
    }

    /// Lines and metadata of all rows; offsets refer to it. Not to be changed.
    public byte[] bytes() {
        return bytes;
    }

    public int lineStart(int row) {
        return lineStart[row];
    }

    public int lineLength(int row) {
        return lineLength[row];
    }

    /// Metadata follows its line directly.
    public int metadataStart(int row) {
        return lineStart[row] + lineLength[row];
    }

    public int metadataLength(int row) {
        return metadataLength[row];
    }

    /// Where in [#bytes] the first row begins; the others follow without gaps.
    public int start() {
        return start;
    }

    /// Bytes of all lines and metadata.
    public int byteCount() {
        return used - start;
    }
}
