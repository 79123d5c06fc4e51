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
    private ProtobufPush() {}

    static void read(byte[] bytes, int length, Intake intake) {
        var request = new ProtoReader(bytes, 0, length);
        for (int field = request.nextField(); field != 0; field = request.nextField()) {
            if (field == 1 && request.wireType() == ProtoReader.BYTES) {
                int start = request.skipBytes();
                intake.sawStream();
                stream(bytes, start, request.position(), intake);
            } else {
                request.skip();
            }
        }
    }

    /// Labels may stand behind the entries, so they are looked for first.
    private static void stream(byte[] bytes, int start, int end, Intake intake) {
        int labels = start;
        int labelsEnd = start;
        boolean hasEntries = false;
        var first = new ProtoReader(bytes, start, end);
        for (int field = first.nextField(); field != 0; field = first.nextField()) {
            if (field == 1 && first.wireType() == ProtoReader.BYTES) {
                labels = first.skipBytes();
                labelsEnd = first.position();
            } else {
                hasEntries |= field == 2;
                first.skip();
            }
        }
        if (!hasEntries) {
            LabelText.parse(bytes, labels, labelsEnd - labels);
            return;
        }
        intake.begin(bytes, labels, labelsEnd - labels);
        var second = new ProtoReader(bytes, start, end);
        for (int field = second.nextField(); field != 0; field = second.nextField()) {
            if (field == 2 && second.wireType() == ProtoReader.BYTES) {
                int behind = second.enter();
                entry(second, intake);
                second.leave(behind);
            } else {
                second.skip();
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
