package sigyn.server.cli;

import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import sigyn.codec.Varint;
import sigyn.model.Labels;

/// Builds one `logproto.PushRequest` of one stream, Snappy compressed: bytes of lines stay as they are.
public final class PushBody {
    private static final int LENGTH_DELIMITED = 2;

    private final byte[] labels;
    private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
    private int count;

    public PushBody(Map<String, String> labels) {
        this.labels = Labels.of(labels).toString().getBytes(StandardCharsets.UTF_8);
    }

    int count() {
        return count;
    }

    int size() {
        return entries.size();
    }

    public void add(long nanos, byte[] line, int offset, int length) {
        long seconds = Math.floorDiv(nanos, 1_000_000_000L);
        long rest = Math.floorMod(nanos, 1_000_000_000L);
        int timeLength = 2 + Varint.size(seconds) + Varint.size(rest);
        tag(entries, 2);
        varint(entries, 1 + Varint.size(timeLength) + timeLength + 1 + Varint.size(length) + length);
        tag(entries, 1);
        varint(entries, timeLength);
        entries.write(1 << 3);
        varint(entries, seconds);
        entries.write(2 << 3);
        varint(entries, rest);
        tag(entries, 2);
        varint(entries, length);
        entries.write(line, offset, length);
        count++;
    }

    /// The compressed message; the entries are gone after it.
    public byte[] take() {
        var message = new ByteArrayOutputStream(entries.size() + labels.length + 16);
        tag(message, 1);
        varint(message, 1 + Varint.size(labels.length) + labels.length + entries.size());
        tag(message, 1);
        varint(message, labels.length);
        message.writeBytes(labels);
        message.writeBytes(entries.toByteArray());
        entries.reset();
        count = 0;
        byte[] raw = message.toByteArray();
        var compressor = new SnappyJavaCompressor();
        byte[] packed = new byte[compressor.maxCompressedLength(raw.length)];
        return Arrays.copyOf(packed, compressor.compress(raw, 0, raw.length, packed, 0, packed.length));
    }

    private static void tag(ByteArrayOutputStream out, int field) {
        out.write(field << 3 | LENGTH_DELIMITED);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        byte[] bytes = new byte[Varint.MAX_BYTES];
        out.write(bytes, 0, Varint.write(bytes, 0, value));
    }
}
