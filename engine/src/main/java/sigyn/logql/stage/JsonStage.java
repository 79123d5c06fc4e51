package sigyn.logql.stage;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `| json`: every field of the object becomes a label, nested ones joined by `_`; arrays and nulls do not. The first
/// field of a name wins. Stops as soon as all wanted fields are found.
final class JsonStage implements RowStage {
    private static final int MAX_DEPTH = 1000;

    /// How reading an object ended.
    private enum End {
        DONE,
        FOUND_ALL,
        DROPPED
    }

    private static final class Malformed extends Exception {
        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    private static final String VALUE =
            "Value looks like Number/Boolean/None, but can't find its end: ',' or '}' symbol";
    private static final String UNKNOWN = "Unknown value type";
    private static final String OBJECT = "Value looks like object, but can't find closing '}' symbol";
    private static final String ARRAY = "Value is array, but can't find closing ']' symbol";
    private static final String STRING = "Value is string, but can't find closing '\"' symbol";
    private static final String JSON = "Malformed JSON error";
    private static final String ESCAPE = "Encountered an invalid escape sequence in a string";

    private final Needs needs;
    private final EarlyFilters early;
    private final Map<String, Map<String, String>> joined = new HashMap<>();
    private @Nullable FieldNames names;

    JsonStage(Needs needs, EarlyFilters early) {
        this.early = early;
        this.needs = needs;
    }

    @Override
    public boolean process(Row row) {
        if (needs.nothing()) {
            return true;
        }
        try {
            return object(row, row.bytes(), row.start(), row.start() + row.length(), "", 0) != End.DROPPED;
        } catch (Malformed e) {
            row.setError("JSONParserErr", String.valueOf(e.getMessage()));
        }
        return true;
    }

    private FieldNames names(Row row) {
        if (names == null) {
            names = new FieldNames(row.texts());
        }
        return names;
    }

    private End object(Row row, byte[] b, int from, int end, String prefix, int depth) throws Malformed {
        int at = JsonScanner.skipBlanks(b, from, end);
        if (at < 0 || b[at] != '{' || depth > MAX_DEPTH) {
            throw new Malformed(OBJECT);
        }
        at = JsonScanner.skipBlanks(b, at + 1, end);
        if (at < 0) {
            throw new Malformed(JSON);
        }
        if (b[at] == '}') {
            return End.DONE;
        }
        while (true) {
            if (b[at] == '}') {
                return End.DONE;
            }
            if (b[at] != '"') {
                throw new Malformed(OBJECT);
            }
            int keyStart = at + 1;
            int keyEnd = JsonScanner.stringEnd(b, keyStart, end);
            if (keyEnd < 0) {
                throw new Malformed(JSON);
            }
            at = JsonScanner.skipBlanks(b, keyEnd, end);
            if (at < 0 || b[at] != ':') {
                throw new Malformed(JSON);
            }
            at = JsonScanner.skipBlanks(b, at + 1, end);
            if (at < 0) {
                throw new Malformed(JSON);
            }
            int valueEnd = JsonScanner.valueEnd(b, at, end);
            if (valueEnd < 0) {
                throw new Malformed(b[at] == '"' ? STRING : b[at] == '{' ? OBJECT : b[at] == '[' ? ARRAY : VALUE);
            }
            byte kind = JsonScanner.kind(b, at, valueEnd);
            if (kind == 0) {
                throw new Malformed(UNKNOWN);
            }
            var outcome = field(row, b, keyStart, keyEnd - 1, at, valueEnd, kind, prefix, depth);
            if (outcome != End.DONE) {
                return outcome;
            }
            at = JsonScanner.skipBlanks(b, valueEnd, end);
            if (at < 0) {
                throw new Malformed(ARRAY);
            }
            if (b[at] == '}') {
                return End.DONE;
            }
            if (b[at] != ',') {
                throw new Malformed(OBJECT);
            }
            at = JsonScanner.skipBlanks(b, at + 1, end);
            if (at < 0) {
                throw new Malformed(ARRAY);
            }
        }
    }

    private End field(
            Row row, byte[] b, int keyStart, int keyEnd, int from, int to, byte kind, String prefix, int depth)
            throws Malformed {
        if (kind == JsonScanner.ARRAY || kind == JsonScanner.NULL) {
            return End.DONE;
        }
        String key = key(row, b, keyStart, keyEnd, prefix);
        if (key.isEmpty()) {
            return End.DONE;
        }
        if (kind == JsonScanner.OBJECT) {
            return needs.wantsPrefix(key) ? object(row, b, from, to, key, depth + 1) : End.DONE;
        }
        String name = row.extractedName(key);
        if (!needs.wants(name) || row.isParsed(name)) {
            return End.DONE;
        }
        row.set(name, value(row, b, from, to, kind));
        if (!early.allow(name, row)) {
            return End.DROPPED;
        }
        row.countExtracted();
        return needs.satisfied(row.extracted()) ? End.FOUND_ALL : End.DONE;
    }

    private String key(Row row, byte[] b, int from, int to, String prefix) throws Malformed {
        boolean first = prefix.isEmpty();
        String part;
        int escape = from;
        while (escape < to && b[escape] != '\\') {
            escape++;
        }
        if (escape < to) {
            String raw = JsonScanner.unescaped(row.texts(), b, from, to);
            if (raw == null) {
                throw new Malformed(ESCAPE);
            }
            part = FieldNames.sanitize(raw, first);
        } else {
            part = names(row).name(b, from, to - from, first);
        }
        if (first) {
            return part;
        }
        var known = joined.computeIfAbsent(prefix, _ -> new HashMap<>());
        String name = known.get(part);
        if (name == null) {
            name = (prefix + "_" + part).intern();
            if (known.size() < 10_000) {
                known.put(part, name);
            }
        }
        return name;
    }

    private static String value(Row row, byte[] b, int from, int to, byte kind) {
        if (kind != JsonScanner.STRING) {
            return row.texts().text(b, from, to - from);
        }
        String text = JsonScanner.unescaped(row.texts(), b, from + 1, to - 1);
        return text == null ? "" : text;
    }
}
