package sigyn.server.ingest;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.model.Labels;

/// Finds the level of an entry: in the stream's labels, in structured metadata, in the fields of a JSON or logfmt line,
/// and last among the words of the line. For one thread.
final class LevelDetector {
    static final String NAME = "detected_level";
    static final String UNKNOWN = "unknown";

    private static final String[] WORDS = {
        "trace", "debug", "fatal", "critical", "error", "err", "warning", "warn", "info"
    };
    private static final String[] LEVELS = {
        "trace", "debug", "fatal", "critical", "error", "error", "warn", "warn", "info"
    };
    private static final boolean[] LEFT = table(" \t\n[({\"=");
    private static final boolean[] RIGHT = table(" \t\n[({\"=]:,!)}");
    private static final boolean[] FIRST = table("tTdDfFcCeEwWiI");

    private final List<String> fields;
    private final Map<String, Integer> exact = new HashMap<>();
    private final Map<String, Integer> lower = new HashMap<>();
    private final int jsonDepth;
    private final int longestField;
    /// First letters of the fields, in both cases: most keys are no field by their first letter.
    private final boolean[] firstOfField = new boolean[256];

    LevelDetector(List<String> fields, int jsonDepth) {
        this.fields = fields;
        this.jsonDepth = jsonDepth == 0 ? Integer.MAX_VALUE : jsonDepth;
        int longest = 0;
        for (int i = 0; i < fields.size(); i++) {
            exact.putIfAbsent(fields.get(i), i);
            lower.putIfAbsent(fields.get(i).toLowerCase(Locale.ROOT), i);
            longest = Math.max(longest, fields.get(i).length());
            for (String field : List.of(
                    fields.get(i).toLowerCase(Locale.ROOT), fields.get(i).toUpperCase(Locale.ROOT))) {
                byte[] bytes = field.getBytes(StandardCharsets.ISO_8859_1);
                if (bytes.length > 0) {
                    firstOfField[bytes[0] & 0xff] = true;
                }
            }
        }
        longestField = longest;
    }

    /// The level that a stream's labels say, or null.
    @Nullable
    String ofLabels(Labels labels) {
        for (String field : fields) {
            String value = labels.get(field);
            if (value != null) {
                return spoken(value);
            }
        }
        return null;
    }

    /// The level that metadata says by the name `detected_level`, or null. It wins over the stream's labels.
    static @Nullable String ofGiven(Map<String, String> metadata) {
        String given = metadata.get(NAME);
        return given == null ? null : spoken(given);
    }

    /// The level that other metadata says, or null.
    @Nullable
    String ofMetadata(Map<String, String> metadata) {
        for (String field : fields) {
            String value = metadata.get(field);
            if (value == null && field.indexOf('.') >= 0) {
                value = metadata.get(field.replace('.', '_'));
            }
            if (value != null) {
                return spoken(value);
            }
        }
        String number = metadata.get("severity_number");
        return number == null ? null : ofSeverity(number);
    }

    private static String ofSeverity(String text) {
        try {
            int n = Integer.parseInt(text);
            if (n < 1 || n > 24) {
                return UNKNOWN;
            }
            return switch ((n - 1) / 4) {
                case 0 -> "trace";
                case 1 -> "debug";
                case 2 -> "info";
                case 3 -> "warn";
                case 4 -> "error";
                default -> "fatal";
            };
        } catch (NumberFormatException e) {
            return "info";
        }
    }

    /// The level of a line.
    String ofLine(byte[] line, int offset, int length) {
        int end = offset + length;
        String found = null;
        if (length > 1 && line[offset] == '{' && line[end - 1] == '}') {
            found = new JsonFields(line, offset, end).find();
        } else if (indexOf(line, offset, end, '=') >= 0) {
            found = logfmt(line, offset, end);
        }
        if (found != null) {
            String level = known(found);
            if (level != null) {
                return level;
            }
        }
        return words(line, offset, end);
    }

    /// A level as it is written by people, in our words; what is not a level stays as it is.
    private static String spoken(String text) {
        String level = known(text);
        return level == null ? text : level;
    }

    private static @Nullable String known(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "trace", "trc" -> "trace";
            case "debug", "dbg" -> "debug";
            case "info", "inf", "information" -> "info";
            case "warn", "wrn", "warning" -> "warn";
            case "error", "err" -> "error";
            case "critical" -> "critical";
            case "fatal" -> "fatal";
            default -> null;
        };
    }

    /// The value of the first field of the list that the line has, names compared without case.
    private @Nullable String logfmt(byte[] line, int from, int end) {
        int best = Integer.MAX_VALUE;
        String value = null;
        int at = from;
        while (at < end) {
            while (at < end && line[at] <= ' ' && line[at] >= 0) {
                at++;
            }
            int keyStart = at;
            while (at < end && line[at] != '=' && (line[at] > ' ' || line[at] < 0)) {
                at++;
            }
            int keyEnd = at;
            if (at >= end || line[at] != '=') {
                continue;
            }
            at++;
            int valueStart = at;
            int valueEnd;
            if (at < end && line[at] == '"') {
                valueStart = ++at;
                while (at < end && line[at] != '"') {
                    at += line[at] == '\\' ? 2 : 1;
                }
                valueEnd = Math.min(at, end);
                at = valueEnd + 1;
            } else {
                while (at < end && (line[at] > ' ' || line[at] < 0)) {
                    at++;
                }
                valueEnd = at;
            }
            if (mayBeField(line, keyStart, keyEnd)) {
                Integer rank = lower.get(ascii(line, keyStart, keyEnd).toLowerCase(Locale.ROOT));
                if (rank != null && rank < best) {
                    best = rank;
                    value = ascii(line, valueStart, valueEnd);
                }
            }
        }
        return value;
    }

    private boolean mayBeField(byte[] line, int from, int to) {
        return to > from && to - from <= longestField && firstOfField[line[from] & 0xff];
    }

    private static String words(byte[] line, int from, int end) {
        boolean boundary = true;
        for (int i = from; i < end; i++) {
            byte b = line[i];
            if (boundary && b >= 0 && FIRST[b]) {
                for (int w = 0; w < WORDS.length; w++) {
                    int after = i + WORDS[w].length();
                    if (after <= end
                            && equalsIgnoreCase(line, i, WORDS[w])
                            && (after == end || line[after] >= 0 && RIGHT[line[after]])) {
                        return LEVELS[w];
                    }
                }
            }
            boundary = b >= 0 && LEFT[b];
        }
        return UNKNOWN;
    }

    private static boolean equalsIgnoreCase(byte[] line, int at, String word) {
        for (int i = 0; i < word.length(); i++) {
            if ((line[at + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(byte[] line, int from, int end, char wanted) {
        for (int i = from; i < end; i++) {
            if (line[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static String ascii(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static boolean[] table(String characters) {
        var table = new boolean[128];
        for (int i = 0; i < characters.length(); i++) {
            table[characters.charAt(i)] = true;
        }
        return table;
    }

    /// Looks for the fields in a JSON line without building anything. Gives up where the line is not JSON.
    private final class JsonFields {
        private final byte[] line;
        private final int end;
        private int at;

        JsonFields(byte[] line, int at, int end) {
            this.line = line;
            this.at = at;
            this.end = end;
        }

        @Nullable
        String find() {
            return object(1);
        }

        /// The value of the first wanted field in the order of the text, else null.
        private @Nullable String object(int depth) {
            at++;
            while (true) {
                blanks();
                if (at >= end || line[at] != '"') {
                    if (at < end && line[at] == '}') {
                        at++;
                    } else {
                        at = end;
                    }
                    return null;
                }
                int keyStart = at + 1;
                string();
                int keyEnd = at - 1;
                blanks();
                if (at >= end || line[at] != ':') {
                    at = end;
                    return null;
                }
                at++;
                blanks();
                String found = value(keyStart, keyEnd, depth);
                if (found != null) {
                    return found;
                }
                blanks();
                if (at < end && line[at] == ',') {
                    at++;
                }
            }
        }

        private @Nullable String value(int keyStart, int keyEnd, int depth) {
            if (at >= end) {
                return null;
            }
            byte b = line[at];
            if (b == '"') {
                int start = at + 1;
                string();
                boolean wanted = mayBeField(line, keyStart, keyEnd) && exact.containsKey(ascii(line, keyStart, keyEnd));
                return wanted && at <= end ? ascii(line, start, Math.max(start, at - 1)) : null;
            }
            if (b == '{' && depth < jsonDepth) {
                return object(depth + 1);
            }
            skip();
            return null;
        }

        /// Steps over a string, its opening quote first.
        private void string() {
            at++;
            while (at < end && line[at] != '"') {
                at += line[at] == '\\' ? 2 : 1;
            }
            at = Math.min(at + 1, end);
        }

        /// Steps over any value.
        private void skip() {
            int open = 0;
            while (at < end) {
                byte b = line[at];
                if (b == '"') {
                    string();
                    continue;
                }
                if (b == '{' || b == '[') {
                    open++;
                } else if (b == '}' || b == ']') {
                    if (open == 0) {
                        return;
                    }
                    if (--open == 0) {
                        at++;
                        return;
                    }
                } else if (b == ',' && open == 0) {
                    return;
                }
                at++;
            }
        }

        private void blanks() {
            while (at < end && (line[at] == ' ' || line[at] == '\t' || line[at] == '\n' || line[at] == '\r')) {
                at++;
            }
        }
    }
}
