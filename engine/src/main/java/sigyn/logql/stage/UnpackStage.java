package sigyn.logql.stage;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// `| unpack`: undoes packing of labels into a line. The string fields of the JSON object become labels and `_entry`
/// becomes the line; without `_entry` nothing changes.
final class UnpackStage implements RowStage {
    private final Needs needs;

    UnpackStage(Needs needs) {
        this.needs = needs;
    }

    @Override
    public boolean process(Row row) {
        if (needs.nothing()) {
            return true;
        }
        byte[] b = row.bytes();
        int end = row.start() + row.length();
        int at = row.start();
        if (row.length() == 0) {
            return true;
        }
        if (b[at] != '{') {
            row.setError("JSONParserErr", "expecting json object(6), but it is not");
            return true;
        }
        Map<String, String> fields = new LinkedHashMap<>();
        String entry = null;
        at = JsonScanner.skipBlanks(b, at + 1, end);
        while (at >= 0 && b[at] != '}') {
            int keyEnd = b[at] == '"' ? JsonScanner.stringEnd(b, at + 1, end) : -1;
            int colon = keyEnd < 0 ? -1 : JsonScanner.skipBlanks(b, keyEnd, end);
            int value = colon < 0 || b[colon] != ':' ? -1 : JsonScanner.skipBlanks(b, colon + 1, end);
            int valueEnd = value < 0 ? -1 : JsonScanner.valueEnd(b, value, end);
            if (valueEnd < 0 || JsonScanner.kind(b, value, valueEnd) == 0) {
                at = -1;
                break;
            }
            if (b[value] == '"') {
                String key = JsonScanner.unescaped(row.texts(), b, at + 1, keyEnd - 1);
                String text = JsonScanner.unescaped(row.texts(), b, value + 1, valueEnd - 1);
                if (key == null || text == null) {
                    at = -1;
                    break;
                }
                if (key.equals("_entry")) {
                    entry = text;
                } else {
                    fields.putIfAbsent(FieldNames.sanitize(key, true), text);
                }
            }
            at = JsonScanner.skipBlanks(b, valueEnd, end);
            if (at >= 0 && b[at] == ',') {
                at = JsonScanner.skipBlanks(b, at + 1, end);
            } else if (at >= 0 && b[at] != '}') {
                at = -1;
            }
        }
        if (at < 0) {
            row.setError("JSONParserErr", "Value looks like object, but can't find closing '}' symbol");
            return true;
        }
        if (entry != null) {
            fields.forEach((key, value) -> {
                String name = row.extractedName(key);
                if (!name.isEmpty() && needs.wants(name) && !row.isParsed(name)) {
                    row.set(name, value);
                }
            });
            row.setLine(entry.getBytes(StandardCharsets.UTF_8));
        }
        return true;
    }
}
