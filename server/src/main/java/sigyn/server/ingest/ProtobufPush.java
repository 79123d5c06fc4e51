package sigyn.server.ingest;

import java.util.LinkedHashMap;
import java.util.List;
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
    private static final int MOST_LABEL_TEXT = 16 << 20;

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
        String labels = "";
        boolean hasEntries = false;
        var first = new ProtoReader(bytes, start, end);
        for (int field = first.nextField(); field != 0; field = first.nextField()) {
            if (field == 1 && first.wireType() == ProtoReader.BYTES) {
                labels = first.text();
            } else {
                hasEntries |= field == 2;
                first.skip();
            }
        }
        if (labels.length() > MOST_LABEL_TEXT) {
            throw new TooLargeException("label text of " + labels.length() + " bytes exceeds limit " + MOST_LABEL_TEXT);
        }
        List<LabelText.Pair> pairs = LabelText.parse(labels);
        if (!hasEntries) {
            return;
        }
        intake.begin(pairs);
        var second = new ProtoReader(bytes, start, end);
        for (int field = second.nextField(); field != 0; field = second.nextField()) {
            if (field == 2 && second.wireType() == ProtoReader.BYTES) {
                entry(second.message(), intake);
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
                case 1 -> time = timestamp(entry.message());
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
