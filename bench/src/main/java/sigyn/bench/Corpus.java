package sigyn.bench;

import io.airlift.compress.v3.snappy.SnappyDecompressor;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import sigyn.storage.rowgroup.RowGroupInput;

/// Prebuilt push bodies as row groups would be cut from them: entries by service, in time order, about 16 MB raw each.
///
/// The file is `[int length][snappy of a protobuf push request]*`.
public final class Corpus {
    private static final double HOURS_GENERATED = 1;
    private static final long SEED = 42;
    private static final Pattern SERVICE = Pattern.compile("service=\"([^\"]*)\"");

    /// Rows of one service, while they are gathered.
    private static final class Gathering {
        int rows;
        int used;
        long[] time = new long[1024];
        int[] stream = new int[1024];
        int[] start = new int[1024];
        int[] length = new int[1024];
        byte[] bytes = new byte[1 << 20];

        void add(int streamId, long at, byte[] from, int offset, int size) {
            if (rows == time.length) {
                time = Arrays.copyOf(time, rows * 2);
                stream = Arrays.copyOf(stream, rows * 2);
                start = Arrays.copyOf(start, rows * 2);
                length = Arrays.copyOf(length, rows * 2);
            }
            if (used + size > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, used + size));
            }
            time[rows] = at;
            stream[rows] = streamId;
            start[rows] = used;
            length[rows++] = size;
            System.arraycopy(from, offset, bytes, used, size);
            used += size;
        }

        RowGroupInput take() {
            var order = new Integer[rows];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, (a, b) -> Long.compare(time[a], time[b]));
            var in = new RowGroupInput(
                    rows,
                    pick(order, time),
                    pick(order, stream),
                    Arrays.copyOf(bytes, used),
                    pick(order, start),
                    pick(order, length),
                    new int[rows],
                    new int[rows]);
            rows = 0;
            used = 0;
            return in;
        }

        private static long[] pick(Integer[] order, long[] from) {
            return Arrays.stream(order).mapToLong(i -> from[i]).toArray();
        }

        private static int[] pick(Integer[] order, int[] from) {
            return Arrays.stream(order).mapToInt(i -> from[i]).toArray();
        }
    }

    final Map<String, List<RowGroupInput>> groups = new TreeMap<>();
    long rows;
    long lineBytes;

    private final Map<String, Gathering> open = new TreeMap<>();
    private final Map<String, Integer> streams = new HashMap<>();
    private final int groupBytes;

    /// Generated from the samples that come with the project, the same each time.
    public static Corpus generated(long lines, int groupBytes) throws IOException {
        Path file = Files.createTempFile("sigyn-corpus", ".bin");
        try {
            var end = Instant.parse("2026-01-05T12:00:00Z");
            Workload.generate(
                    Path.of("testdata/corpora"), file, new Workload.Plan(lines, HOURS_GENERATED, SEED, end, 0, 0));
            return new Corpus(file, groupBytes, Long.MAX_VALUE);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(Path.of(file + ".meta"));
        }
    }

    /// The row groups of a service, in time order.
    public List<RowGroupInput> groups(String service) {
        return groups.getOrDefault(service, List.of());
    }

    /// Reads at most `limit` bytes of lines.
    Corpus(Path file, int groupBytes, long limit) throws IOException {
        this.groupBytes = groupBytes;
        var snappy = SnappyDecompressor.create();
        try (var in = new DataInputStream(Files.newInputStream(file))) {
            while (lineBytes < limit) {
                int size;
                try {
                    size = in.readInt();
                } catch (EOFException _) {
                    break;
                }
                byte[] body = in.readNBytes(size);
                byte[] raw = new byte[snappy.getUncompressedLength(body, 0)];
                snappy.decompress(body, 0, size, raw, 0, raw.length);
                request(new Fields(raw, 0, raw.length));
            }
        }
        open.forEach((service, rest) -> {
            if (rest.rows > 0) {
                close(service, rest);
            }
        });
    }

    private void close(String service, Gathering gathering) {
        groups.computeIfAbsent(service, _ -> new ArrayList<>()).add(gathering.take());
    }

    private void request(Fields request) {
        while (request.next()) {
            var stream = request.message();
            String labels = "";
            while (stream.next()) {
                if (stream.field == 1) {
                    labels = stream.text();
                } else {
                    entry(labels, stream.message());
                }
            }
        }
    }

    private void entry(String labels, Fields entry) {
        long time = 0;
        while (entry.next()) {
            var part = entry.message();
            if (entry.field == 1) {
                while (part.next()) {
                    time += part.field == 1 ? part.number * 1_000_000_000L : part.number;
                }
                continue;
            }
            var matcher = SERVICE.matcher(labels);
            String service = matcher.find() ? matcher.group(1) : "";
            int id = streams.computeIfAbsent(labels, _ -> streams.size());
            var into = open.computeIfAbsent(service, _ -> new Gathering());
            into.add(id, time, part.bytes, part.at, part.end - part.at);
            rows++;
            lineBytes += part.end - part.at;
            if (into.used >= groupBytes) {
                close(service, into);
            }
        }
    }

    /// Protobuf fields of a range of bytes, one after the other; numbers and length-delimited ones.
    private static final class Fields {
        final byte[] bytes;
        int at;
        final int end;
        int field;
        long number;
        private int from;
        private int to;

        Fields(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        boolean next() {
            if (at >= end) {
                return false;
            }
            long tag = varint();
            field = (int) (tag >>> 3);
            if ((tag & 7) == 0) {
                number = varint();
            } else {
                int size = (int) varint();
                from = at;
                to = at + size;
                at = to;
            }
            return true;
        }

        Fields message() {
            return new Fields(bytes, from, to);
        }

        String text() {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = bytes[at++];
                value |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
        }
    }
}
