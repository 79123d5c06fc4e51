package sigyn.server.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.model.SigynException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// Loki's JSON push body, both shapes: `{"streams":[{"stream":{..},"values":[["ns","line",{..}]]}]}` and the old
/// `{"streams":[{"labels":"{..}","entries":[{"ts":"..","line":".."}]}]}`. Read as a stream; keys come in any order,
/// unknown ones are stepped over, text behind the object is not looked at. Bytes that are not UTF-8 become U+FFFD.
final class JsonPush {
    private static final int LONGEST_STRING = 32 << 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_STRING)
                    .maxNestingDepth(200)
                    .build())
            .build();

    private final JsonParser parser;
    private final Intake intake;
    private final EntryBuffer entries = new EntryBuffer();

    private JsonPush(JsonParser parser, Intake intake) {
        this.parser = parser;
        this.intake = intake;
    }

    static void read(InputStream body, Intake intake) throws IOException {
        try (var reader = new InputStreamReader(body, StandardCharsets.UTF_8);
                var parser = JSON.createParser(ObjectReadContext.empty(), reader)) {
            new JsonPush(parser, intake).top();
            reader.transferTo(Writer.nullWriter());
        } catch (StreamConstraintsException e) {
            throw SigynException.badRequest("the body is too large to read: " + e.getOriginalMessage());
        } catch (StreamReadException e) {
            throw SigynException.badRequest(e.getOriginalMessage() + ", error found in line "
                    + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr());
        }
    }

    private void top() {
        var first = parser.nextToken();
        if (first == null) {
            throw SigynException.badRequest("EOF");
        }
        if (first == JsonToken.VALUE_NULL) {
            return;
        }
        if (first != JsonToken.START_OBJECT) {
            throw SigynException.badRequest("readObjectStart: expect { or n, but found " + parser.getString());
        }
        while (next() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            var value = next();
            if (!key.equalsIgnoreCase("streams")) {
                parser.skipChildren();
            } else if (value == JsonToken.START_ARRAY) {
                while (next() != JsonToken.END_ARRAY) {
                    expect(JsonToken.START_OBJECT, "an object for each stream");
                    stream();
                }
            } else if (value != JsonToken.VALUE_NULL) {
                throw wrong("decode slice: expect [ or n, but found " + parser.getString());
            }
        }
    }

    private void stream() {
        intake.sawStream();
        TreeMap<String, String> labels = null;
        List<LabelText.Pair> pairs = null;
        while (next() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            var value = next();
            switch (key) {
                case "stream" -> {
                    expect(JsonToken.START_OBJECT, "an object of labels in \"stream\"");
                    labels = labels();
                }
                case "labels" -> {
                    expect(JsonToken.VALUE_STRING, "text in \"labels\"");
                    pairs = LabelText.parse(parser.getString());
                }
                case "values" -> {
                    if (value != JsonToken.VALUE_NULL) {
                        expect(JsonToken.START_ARRAY, "a list in \"values\"");
                        values();
                    }
                }
                case "entries" -> {
                    if (value != JsonToken.VALUE_NULL) {
                        expect(JsonToken.START_ARRAY, "a list in \"entries\"");
                        legacyEntries();
                    }
                }
                default -> parser.skipChildren();
            }
        }
        if (labels != null && !allLegal(labels)) {
            pairs = LabelText.parse(LabelText.render(labels));
        }
        if (entries.isEmpty()) {
            return;
        }
        if (pairs != null) {
            intake.begin(pairs);
        } else {
            intake.begin(labels == null ? new TreeMap<>() : labels);
        }
        entries.drainTo(intake);
    }

    private static boolean allLegal(TreeMap<String, String> labels) {
        for (String name : labels.keySet()) {
            if (!LabelText.isName(name)) {
                return false;
            }
        }
        return true;
    }

    /// Values that are not text are kept as the text they are written with.
    private TreeMap<String, String> labels() {
        var labels = new TreeMap<String, String>();
        while (next() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            labels.put(name, anyText(next()));
        }
        return labels;
    }

    private String anyText(JsonToken token) {
        if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
            return parser.getString();
        }
        var out = new StringBuilder();
        int open = 0;
        boolean comma = false;
        for (var t = token; ; t = next()) {
            boolean closes = t == JsonToken.END_OBJECT || t == JsonToken.END_ARRAY;
            if (comma && !closes) {
                out.append(',');
            }
            switch (t) {
                case START_OBJECT -> out.append('{');
                case END_OBJECT -> out.append('}');
                case START_ARRAY -> out.append('[');
                case END_ARRAY -> out.append(']');
                case PROPERTY_NAME ->
                    out.append('"').append(escaped(parser.currentName())).append("\":");
                case VALUE_STRING ->
                    out.append('"').append(escaped(parser.getString())).append('"');
                default -> out.append(parser.getString());
            }
            if (t == JsonToken.START_OBJECT || t == JsonToken.START_ARRAY) {
                open++;
            } else if (closes && --open == 0) {
                return out.toString();
            }
            comma = t != JsonToken.START_OBJECT && t != JsonToken.START_ARRAY && t != JsonToken.PROPERTY_NAME;
        }
    }

    private static String escaped(String text) {
        return new String(tools.jackson.core.io.JsonStringEncoder.getInstance().quoteAsCharArray(text));
    }

    private void values() {
        while (next() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            expect(JsonToken.START_ARRAY, "a list for each entry");
            value();
        }
    }

    private void value() {
        long time = 0;
        char[] line = {};
        Map<String, String> metadata = null;
        int index = 0;
        for (var token = next(); token != JsonToken.END_ARRAY; token = next()) {
            switch (index++) {
                case 0 -> {
                    expect(JsonToken.VALUE_STRING, "a timestamp in quotes");
                    time = nanoseconds();
                }
                case 1 -> {
                    expect(JsonToken.VALUE_STRING, "a line in quotes");
                    int offset = parser.getStringOffset();
                    line = java.util.Arrays.copyOfRange(
                            parser.getStringCharacters(), offset, offset + parser.getStringLength());
                }
                case 2 -> {
                    expect(JsonToken.START_OBJECT, "an object of structured metadata");
                    metadata = metadata();
                }
                default -> parser.skipChildren();
            }
        }
        entries.add(time, line, 0, line.length, metadata);
    }

    private Map<String, String> metadata() {
        var metadata = new LinkedHashMap<String, String>();
        while (next() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            next();
            expect(JsonToken.VALUE_STRING, "text for each value of structured metadata");
            metadata.remove(name);
            metadata.put(name, parser.getString());
        }
        return metadata;
    }

    private long nanoseconds() {
        char[] text = parser.getStringCharacters();
        int at = parser.getStringOffset();
        int end = at + parser.getStringLength();
        boolean negative = at < end && text[at] == '-';
        if (negative) {
            at++;
        }
        if (at == end) {
            throw notATime();
        }
        long value = 0;
        for (; at < end; at++) {
            int digit = text[at] - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                throw notATime();
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    private SigynException notATime() {
        return wrong("parsing " + sigyn.model.GoQuote.quote(parser.getString()) + ": invalid syntax");
    }

    private void legacyEntries() {
        while (next() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            expect(JsonToken.START_OBJECT, "an object for each entry");
            long time = 0;
            String line = "";
            while (next() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                var value = next();
                switch (key) {
                    case "ts", "timestamp" -> {
                        expect(JsonToken.VALUE_STRING, "a time in quotes");
                        time = rfc3339(parser.getString());
                    }
                    case "line" -> {
                        if (value != JsonToken.VALUE_NULL) {
                            expect(JsonToken.VALUE_STRING, "a line in quotes");
                            line = parser.getString();
                        }
                    }
                    default -> parser.skipChildren();
                }
            }
            char[] characters = line.toCharArray();
            entries.add(time, characters, 0, characters.length, null);
        }
    }

    private long rfc3339(String text) {
        try {
            var time = OffsetDateTime.parse(text).toInstant();
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
        } catch (DateTimeException | ArithmeticException e) {
            throw wrong("parsing time " + sigyn.model.GoQuote.quote(text)
                    + " as \"2006-01-02T15:04:05Z07:00\": cannot parse it");
        }
    }

    private JsonToken next() {
        @Nullable JsonToken token = parser.nextToken();
        if (token == null) {
            throw SigynException.badRequest("unexpected end of input");
        }
        return token;
    }

    private void expect(JsonToken wanted, String what) {
        if (parser.currentToken() != wanted) {
            throw wrong("expected " + what + ", found " + parser.currentToken());
        }
    }

    private SigynException wrong(String message) {
        var at = parser.currentLocation();
        return SigynException.badRequest("loghttp.PushRequest.Streams: []loghttp.LogProtoStream: " + message
                + ", error found in line " + at.getLineNr() + ", column " + at.getColumnNr());
    }
}
