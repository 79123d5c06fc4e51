package sigyn.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/// Collects events into the body of a push request, `{"streams":[{"stream":{…},"values":[…]},…]}`, and compresses it.
/// One thread.
@SuppressWarnings("EnumOrdinal") // a level is an index of an array
final class BatchEncoder {
    private static final byte[] OPEN = "{\"streams\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE_STREAM = "]}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = CLOSE_STREAM;
    private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int GZIP_FROM = 1024;
    private static final int KEEP_CAPACITY = 4 << 20;
    /// Loki's limits for the structured metadata of one entry are 64 KiB and 128 pairs.
    private static final int MAX_METADATA_CHARS = 20_000;

    private static final int MAX_METADATA_PAIRS = 120;

    private final ClientConfig config;
    private final StreamLabels labels;
    private final LineEncoder lineEncoder;
    private final HashMap<List<String>, Stream> streams = new HashMap<>();
    private final @Nullable Stream[] plain = new Stream[Level.COUNT];
    private final List<Stream> used = new ArrayList<>();
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private Utf8Json body = new Utf8Json(64 << 10);
    private byte[] events = new byte[64 << 10];
    private int eventsEnd;
    private int lines;
    private int size;
    private long heldBytes;

    /// The entries of one stream so far.
    private static final class Stream {
        final byte[] head;
        final Utf8Json entries = new Utf8Json(1024);

        Stream(byte[] head) {
            this.head = head;
        }
    }

    BatchEncoder(ClientConfig config) {
        this.config = config;
        labels = new StreamLabels(config);
        lineEncoder = new LineEncoder(config);
    }

    int lines() {
        return lines;
    }

    long heldBytes() {
        return heldBytes;
    }

    /// Adds the event unless the batch would outgrow its limit; a first event is always taken.
    boolean add(Line event, boolean structuredMetadata) {
        if (lines >= config.batchEvents()) return false;
        var stream = stream(event);
        int before = stream.entries.size();
        if (before > 0) stream.entries.raw(',');
        else if (size == 0) size = OPEN.length + CLOSE.length;
        byte[] source = event.source;
        try {
            if (eventsEnd + source.length > events.length) {
                events = Arrays.copyOf(events, Math.max(2 * events.length, eventsEnd + source.length));
            }
            entry(stream.entries, event, structuredMetadata);
        } catch (RuntimeException | Error e) {
            stream.entries.truncate(before);
            throw e;
        }
        int grown = stream.entries.size() - before + (before == 0 ? stream.head.length + CLOSE_STREAM.length + 1 : 0);
        if (lines > 0 && size + grown > config.batchBytes()) {
            stream.entries.truncate(before);
            return false;
        }
        if (before == 0) used.add(stream);
        System.arraycopy(source, 0, events, eventsEnd, source.length);
        eventsEnd += source.length;
        lines++;
        size += grown;
        heldBytes += event.bytes;
        return true;
    }

    /// The batch of everything added since the last one.
    Batch finish(String id) {
        body.truncate(0);
        body.raw(OPEN);
        for (int i = 0; i < used.size(); i++) {
            var stream = used.get(i);
            if (i > 0) body.raw(',');
            body.raw(stream.head);
            body.append(stream.entries);
            body.raw(CLOSE_STREAM);
        }
        body.raw(CLOSE);
        boolean gzip = body.size() >= GZIP_FROM;
        byte[] bytes = gzip ? gzip(body) : Arrays.copyOf(body.bytes(), body.size());
        var batch = new Batch(id, Arrays.copyOf(events, eventsEnd), lines, heldBytes, bytes, gzip);
        reset();
        return batch;
    }

    /// Forgets everything added since the last batch.
    void reset() {
        if (events.length > KEEP_CAPACITY) events = new byte[64 << 10];
        eventsEnd = 0;
        lines = 0;
        size = 0;
        heldBytes = 0;
        used.clear();
        streams.clear();
        for (int i = 0; i < plain.length; i++) {
            var stream = plain[i];
            if (stream == null) continue;
            if (stream.entries.bytes().length > KEEP_CAPACITY) plain[i] = null;
            else stream.entries.truncate(0);
        }
        if (body.bytes().length > KEEP_CAPACITY) body = new Utf8Json(64 << 10);
    }

    private Stream stream(Line event) {
        var own = config.extraLabels() ? event.withExtrasAsLabels() : event.labels;
        if (own.length > 0) {
            var key = new ArrayList<String>(own.length + 1);
            key.add(event.level.name());
            key.addAll(Arrays.asList(own));
            return streams.computeIfAbsent(key, k -> new Stream(labels.head(event.level, own)));
        }
        int i = event.level.ordinal();
        var known = plain[i];
        if (known != null) return known;
        var made = new Stream(labels.head(event.level, own));
        plain[i] = made;
        return made;
    }

    /// `["<nanoseconds>","<line>",{metadata}]`.
    private void entry(Utf8Json out, Line event, boolean structuredMetadata) {
        out.ascii("[\"");
        if (event.timeNanos >= 0) out.decimal(event.timeNanos);
        else out.ascii(Long.toString(event.timeNanos));
        out.ascii("\",");
        out.quoted(lineEncoder.encode(event, !structuredMetadata));
        if (structuredMetadata && event.metadataEnd > 0) metadata(out, event);
        out.raw(']');
    }

    private static void metadata(Utf8Json out, Line event) {
        int left = MAX_METADATA_CHARS;
        char separator = '{';
        out.raw(',');
        for (int i = 0; i < event.metadataEnd && i < 2 * MAX_METADATA_PAIRS; i += 2) {
            String name = event.metadata[i];
            String value = LogEvent.cut(event.metadata[i + 1], MAX_METADATA_CHARS / 4);
            left -= name.length() + value.length();
            if (name.isBlank() || value.isEmpty() || left < 0) continue;
            out.raw(separator);
            out.quoted(name);
            out.raw(':');
            out.quoted(value);
            separator = ',';
        }
        out.ascii(separator == '{' ? "{}" : "}");
    }

    private byte[] gzip(Utf8Json plainBody) {
        byte[] out = new byte[plainBody.size() / 4 + 1024];
        System.arraycopy(GZIP_HEADER, 0, out, 0, GZIP_HEADER.length);
        int end = GZIP_HEADER.length;
        deflater.reset();
        deflater.setInput(plainBody.bytes(), 0, plainBody.size());
        deflater.finish();
        while (!deflater.finished()) {
            if (end == out.length) out = Arrays.copyOf(out, out.length * 2);
            end += deflater.deflate(out, end, out.length - end);
        }
        var crc = new CRC32();
        crc.update(plainBody.bytes(), 0, plainBody.size());
        out = Arrays.copyOf(out, end + 8);
        ByteBuffer.wrap(out, end, 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue())
                .putInt(plainBody.size());
        return out;
    }
}
