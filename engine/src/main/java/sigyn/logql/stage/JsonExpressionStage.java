package sigyn.logql.stage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import sigyn.logql.ast.Stage;

/// `| json a="x.y[0]"`: the named values only. Objects and arrays give their JSON text; what is not there gives an
/// empty label, unless an earlier stage set the name.
final class JsonExpressionStage implements RowStage {
    private record Target(String name, JsonPath path, byte[][] keys) {}

    private final Needs needs;
    private final List<Target> targets = new ArrayList<>();

    JsonExpressionStage(List<Stage.Extraction> extractions, Needs needs) {
        this.needs = needs;
        for (var extraction : extractions) {
            var path = JsonPath.parse(extraction.expression());
            var keys = path.steps().stream()
                    .map(s -> s instanceof String name ? name.getBytes(StandardCharsets.UTF_8) : new byte[0])
                    .toArray(byte[][]::new);
            targets.add(new Target(extraction.name().intern(), path, keys));
        }
    }

    @Override
    public boolean process(Row row) {
        if (needs.nothing()) {
            return true;
        }
        byte[] b = row.bytes();
        int end = row.start() + row.length();
        int at = row.start();
        if (at == end || b[at] != '{' && b[at] != '[' && b[at] != '"') {
            row.setError("JSONParserErr", "");
            return true;
        }
        for (var target : targets) {
            String name = row.extractedName(target.name);
            int found = find(row, b, at, end, target, 0);
            int valueEnd = found < 0 ? -1 : JsonScanner.valueEnd(b, found, end);
            byte kind = valueEnd < 0 ? 0 : JsonScanner.kind(b, found, valueEnd);
            if (kind != 0) {
                row.set(name, value(row, b, found, valueEnd, kind));
                continue;
            }
            if (found >= 0) {
                row.setError("JSONParserErr", problem(b[found]));
            }
            if (row.get(target.name) == null) {
                row.set(target.name, "");
            }
        }
        return true;
    }

    private static String problem(byte first) {
        return switch (first) {
            case '"' -> "Value is string, but can't find closing '\"' symbol";
            case '[' -> "Value is array, but can't find closing ']' symbol";
            case '{' -> "Value looks like object, but can't find closing '}' symbol";
            default -> "Unknown value type";
        };
    }

    private static String value(Row row, byte[] b, int from, int to, byte kind) {
        if (kind == JsonScanner.NULL) {
            return "";
        }
        if (kind != JsonScanner.STRING) {
            return row.texts().text(b, from, to - from);
        }
        String text = JsonScanner.unescaped(row.texts(), b, from + 1, to - 1);
        return text == null ? "" : text;
    }

    /// The offset of the value that the steps from `step` on lead to, or -1.
    private static int find(Row row, byte[] b, int at, int end, Target target, int step) {
        if (step == target.path.steps().size()) {
            return at;
        }
        return switch (target.path.steps().get(step)) {
            case Integer index -> element(row, b, at, end, target, step, index);
            default -> member(row, b, at, end, target, step);
        };
    }

    private static int element(Row row, byte[] b, int at, int end, Target target, int step, int index) {
        if (b[at] != '[') {
            return -1;
        }
        at = JsonScanner.skipBlanks(b, at + 1, end);
        for (int i = 0; at >= 0 && b[at] != ']'; i++) {
            int valueEnd = JsonScanner.valueEnd(b, at, end);
            if (valueEnd < 0) {
                return -1;
            }
            if (i == index) {
                return find(row, b, at, end, target, step + 1);
            }
            at = JsonScanner.skipBlanks(b, valueEnd, end);
            if (at < 0 || b[at] != ',') {
                return -1;
            }
            at = JsonScanner.skipBlanks(b, at + 1, end);
        }
        return -1;
    }

    private static int member(Row row, byte[] b, int at, int end, Target target, int step) {
        if (b[at] != '{') {
            return -1;
        }
        at = JsonScanner.skipBlanks(b, at + 1, end);
        while (at >= 0 && b[at] == '"') {
            int keyStart = at + 1;
            int keyEnd = JsonScanner.stringEnd(b, keyStart, end);
            int colon = keyEnd < 0 ? -1 : JsonScanner.skipBlanks(b, keyEnd, end);
            int value = colon < 0 || b[colon] != ':' ? -1 : JsonScanner.skipBlanks(b, colon + 1, end);
            if (value < 0) {
                return -1;
            }
            if (isKey(row, b, keyStart, keyEnd - 1, target.keys[step])) {
                int found = find(row, b, value, end, target, step + 1);
                if (found >= 0) {
                    return found;
                }
            }
            int valueEnd = JsonScanner.valueEnd(b, value, end);
            at = valueEnd < 0 ? -1 : JsonScanner.skipBlanks(b, valueEnd, end);
            if (at < 0 || b[at] != ',') {
                return -1;
            }
            at = JsonScanner.skipBlanks(b, at + 1, end);
        }
        return -1;
    }

    private static boolean isKey(Row row, byte[] b, int from, int to, byte[] key) {
        if (java.util.Arrays.equals(b, from, to, key, 0, key.length)) {
            return true;
        }
        for (int i = from; i < to; i++) {
            if (b[i] == '\\') {
                String text = JsonScanner.unescaped(row.texts(), b, from, to);
                return text != null && text.equals(new String(key, StandardCharsets.UTF_8));
            }
        }
        return false;
    }
}
