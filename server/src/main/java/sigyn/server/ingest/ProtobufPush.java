package sigyn.server.ingest;

import java.util.LinkedHashMap;
import java.util.Map;

/// Loki's protobuf push message, `logproto.PushRequest`, from unpacked bytes:
///
/// ```
/// PushRequest    1 repeated Stream
/// Stream         1 string labels    2 repeated Entry    3 uint64 hash, not looked at
/// Entry          1 Timestamp    2 string line, any bytes    3 repeated LabelPair metadata
/// Timestamp      1 int64 seconds    2 int32 nanos
/// LabelPair      1 string name    2 string value
/// ```
final class ProtobufPush {
    /// Streams whose label texts are looked up together: the waits for memory overlap.
    private static final int TOGETHER = 32;

    private final byte[] bytes;
    private final Intake intake;
    private final int[] start = new int[TOGETHER];
    private final int[] end = new int[TOGETHER];
    private final int[] labels = new int[TOGETHER];
    private final int[] labelsEnd = new int[TOGETHER];
    private final boolean[] hasEntries = new boolean[TOGETHER];
    private final int[] hash = new int[TOGETHER];
    private int count;

    private ProtobufPush(byte[] bytes, Intake intake) {
        this.bytes = bytes;
        this.intake = intake;
    }

    static void read(byte[] bytes, int length, Intake intake) {
        var push = new ProtobufPush(bytes, intake);
        var request = new ProtoReader(bytes, 0, length);
        for (int field = request.nextField(); field != 0; field = request.nextField()) {
            if (field == 1 && request.wireType() == ProtoReader.BYTES) {
                int start = request.skipBytes();
                push.add(start, request.position());
            } else {
                request.skip();
            }
        }
        push.streams();
    }

    /// Labels may stand behind the entries, so they are looked for first.
    private void add(int from, int to) {
        if (count == TOGETHER) {
            streams();
        }
        int at = count++;
        start[at] = from;
        end[at] = to;
        labels[at] = from;
        labelsEnd[at] = from;
        hasEntries[at] = false;
        var stream = new ProtoReader(bytes, from, to);
        for (int field = stream.nextField(); field != 0; field = stream.nextField()) {
            if (field == 1 && stream.wireType() == ProtoReader.BYTES) {
                labels[at] = stream.skipBytes();
                labelsEnd[at] = stream.position();
            } else {
                hasEntries[at] |= field == 2;
                stream.skip();
            }
        }
        hash[at] = KnownStreams.hash(bytes, labels[at], labelsEnd[at] - labels[at]);
    }

    private void streams() {
        intake.fetch(hash, count);
        for (int i = 0; i < count; i++) {
            intake.sawStream();
            if (hasEntries[i]) {
                intake.begin(bytes, labels[i], labelsEnd[i] - labels[i], hash[i]);
                entries(start[i], end[i]);
            } else {
                LabelText.parse(bytes, labels[i], labelsEnd[i] - labels[i]);
            }
        }
        count = 0;
    }

    private void entries(int from, int to) {
        var stream = new ProtoReader(bytes, from, to);
        for (int field = stream.nextField(); field != 0; field = stream.nextField()) {
            if (field == 2 && stream.wireType() == ProtoReader.BYTES) {
                int behind = stream.enter();
                entry(stream, intake);
                stream.leave(behind);
            } else {
                stream.skip();
            }
        }
    }

    private static void entry(ProtoReader entry, Intake intake) {
        long time = 0;
        int lineStart = 0;
        int lineLength = 0;
        Map<String, String> metadata = null;
        for (int field = entry.nextField(); field != 0; field = entry.nextField()) {
            switch (field) {
                case 1 -> {
                    int behind = entry.enter();
                    time = timestamp(entry);
                    entry.leave(behind);
                }
                case 2 -> {
                    lineStart = entry.skipBytes();
                    lineLength = entry.position() - lineStart;
                }
                case 3 -> {
                    if (metadata == null) {
                        metadata = new LinkedHashMap<>();
                    }
                    pair(entry.message(), metadata);
                }
                default -> entry.skip();
            }
        }
        intake.entry(time, entry.array(), lineStart, lineLength, metadata);
    }

    private static void pair(ProtoReader pair, Map<String, String> metadata) {
        String name = "";
        String value = "";
        for (int field = pair.nextField(); field != 0; field = pair.nextField()) {
            switch (field) {
                case 1 -> name = pair.text();
                case 2 -> value = pair.text();
                default -> pair.skip();
            }
        }
        metadata.remove(name);
        metadata.put(name, value);
    }

    private static long timestamp(ProtoReader timestamp) {
        long seconds = 0;
        long nanos = 0;
        for (int field = timestamp.nextField(); field != 0; field = timestamp.nextField()) {
            switch (field) {
                case 1 -> seconds = timestamp.number();
                case 2 -> nanos = timestamp.number();
                default -> timestamp.skip();
            }
        }
        return seconds * 1_000_000_000L + nanos;
    }
}
