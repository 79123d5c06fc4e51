package sigyn.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Pushes of honest senders that are about as large as they may be, in every format.
final class LargePushes {
    private static final int LARGEST_SNAPPY_LITERAL = 1 << 16;
    private static final int LARGEST_ZSTD_BLOCK = 128 << 10;

    /// A request that is accepted.
    record Push(String path, String type, String encoding, byte[] body) {
        @Override
        public String toString() {
            return path + " " + type + " " + encoding;
        }
    }

    private LargePushes() {}

    /// One push of some `bytes` unpacked in each format.
    static List<Push> of(int bytes) throws IOException {
        byte[] json = json(bytes);
        byte[] otlp = otlp(bytes);
        return List.of(
                new Push("/loki/api/v1/push", "application/json", "", json),
                new Push("/loki/api/v1/push", "application/json", "gzip", gzip(json)),
                new Push("/loki/api/v1/push", "application/x-protobuf", "", snappy(protobuf(bytes))),
                new Push("/otlp/v1/logs", "application/x-protobuf", "gzip", gzip(otlp)),
                new Push("/otlp/v1/logs", "application/x-protobuf", "zstd", zstd(otlp)));
    }

    private static String line(int i) {
        return "level=info method=GET path=/api/orders/" + i * 7919L % 1_000_003 + " status="
                + (i % 50 == 0 ? 404 : 200)
                + " duration=" + i % 997 + "ms user=u" + i * 31L % 5003
                + " msg=\"request answered from the cache of the second shelf\"";
    }

    private static long now() {
        return System.currentTimeMillis() * 1_000_000;
    }

    private static byte[] json(int bytes) {
        var out = new StringBuilder("{\"streams\":[{\"stream\":{\"app\":\"honest\"},\"values\":[");
        long time = now();
        for (int i = 0; out.length() < bytes; i++) {
            out.append(i == 0 ? "[\"" : ",[\"").append(time + i).append("\",\"");
            out.append(line(i).replace("\"", "\\\"")).append("\"]");
        }
        return out.append("]}]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] protobuf(int bytes) {
        var stream = new ByteArrayOutputStream();
        field(stream, 1, "{app=\"honest\"}".getBytes(StandardCharsets.UTF_8));
        long time = now();
        for (int i = 0; stream.size() < bytes; i++) {
            var timestamp = new ByteArrayOutputStream();
            timestamp.write(1 << 3);
            varint(timestamp, (time + i) / 1_000_000_000);
            timestamp.write(2 << 3);
            varint(timestamp, (time + i) % 1_000_000_000);
            var entry = new ByteArrayOutputStream();
            field(entry, 1, timestamp.toByteArray());
            field(entry, 2, line(i).getBytes(StandardCharsets.UTF_8));
            field(stream, 2, entry.toByteArray());
        }
        return field(1, stream.toByteArray());
    }

    private static byte[] otlp(int bytes) {
        var scope = new ByteArrayOutputStream();
        long time = now();
        for (int i = 0; scope.size() < bytes; i++) {
            var log = new ByteArrayOutputStream();
            log.write(1 << 3 | 1);
            for (int shift = 0; shift < 64; shift += 8) {
                log.write((int) (time + i >>> shift));
            }
            field(log, 5, field(1, line(i).getBytes(StandardCharsets.UTF_8)));
            field(scope, 2, log.toByteArray());
        }
        return field(1, field(2, scope.toByteArray()));
    }

    static byte[] field(int number, byte[] content) {
        var out = new ByteArrayOutputStream(content.length + 6);
        field(out, number, content);
        return out.toByteArray();
    }

    private static void field(ByteArrayOutputStream out, int number, byte[] content) {
        out.write(number << 3 | 2);
        varint(out, content.length);
        out.writeBytes(content);
    }

    static void varint(ByteArrayOutputStream out, long value) {
        long left = value;
        for (; left > 0x7f; left >>>= 7) {
            out.write((int) left & 0x7f | 0x80);
        }
        out.write((int) left);
    }

    private static byte[] gzip(byte[] body) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(body);
        }
        return out.toByteArray();
    }

    /// A block that holds its bytes as they are.
    private static byte[] snappy(byte[] body) {
        var out = new ByteArrayOutputStream();
        varint(out, body.length);
        for (int at = 0; at < body.length; at += LARGEST_SNAPPY_LITERAL) {
            int length = Math.min(LARGEST_SNAPPY_LITERAL, body.length - at);
            out.write(61 << 2);
            out.write(length - 1);
            out.write(length - 1 >> 8);
            out.write(body, at, length);
        }
        return out.toByteArray();
    }

    /// A frame whose blocks hold their bytes as they are.
    private static byte[] zstd(byte[] body) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0x58});
        for (int at = 0; at < body.length; at += LARGEST_ZSTD_BLOCK) {
            int length = Math.min(LARGEST_ZSTD_BLOCK, body.length - at);
            int header = (at + length == body.length ? 1 : 0) | length << 3;
            out.writeBytes(new byte[] {(byte) header, (byte) (header >> 8), (byte) (header >> 16)});
            out.write(body, at, length);
        }
        return out.toByteArray();
    }
}
