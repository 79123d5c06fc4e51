package sigyn.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeMap;

/// The label sets of a client's streams, within the limits servers have for names and values.
final class StreamLabels {
    /// Loki's `max_label_names_per_series`.
    static final int MAX_NAMES = 15;

    private static final int MAX_VALUE_BYTES = 2048;
    private static final int MAX_NAME_CHARS = 256;

    private final TreeMap<String, String> constant = new TreeMap<>();

    StreamLabels(ClientConfig config) {
        config.labels().forEach((name, value) -> put(constant, name, value));
        config.env().ifPresent(env -> put(constant, "env", env));
        put(constant, "hostname", config.hostname());
        put(constant, "service", config.service());
        while (constant.size() > MAX_NAMES - 1) {
            var surplus = constant.keySet().stream()
                    .filter(name -> !name.equals("service") && !name.equals("hostname"))
                    .toList();
            constant.remove(surplus.get(surplus.size() - 1));
        }
    }

    /// `{"stream":{…},"values":[`: the head of a stream. Labels of an event never replace the constant ones.
    byte[] head(Level level, String[] eventLabels) {
        var labels = new TreeMap<>(constant);
        labels.put("level", level.name());
        for (int i = 0; i < eventLabels.length && labels.size() < MAX_NAMES; i += 2) {
            put(labels, eventLabels[i], eventLabels[i + 1]);
        }
        var json = new Utf8Json(256);
        json.ascii("{\"stream\":");
        char separator = '{';
        for (var label : labels.entrySet()) {
            json.raw(separator);
            json.quoted(label.getKey());
            json.raw(':');
            json.quoted(label.getValue());
            separator = ',';
        }
        json.ascii("},\"values\":[");
        return Arrays.copyOf(json.bytes(), json.size());
    }

    private static void put(TreeMap<String, String> labels, String name, String value) {
        String cut = cutBytes(value);
        if (!cut.isEmpty()) labels.putIfAbsent(labelName(name), cut);
    }

    /// `[a-zA-Z_][a-zA-Z0-9_]*`: every other character becomes `_`.
    static String labelName(String name) {
        var out = new StringBuilder(name.length() + 1);
        for (int i = 0; i < name.length() && i < MAX_NAME_CHARS; i++) {
            char c = name.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (digit && i == 0) out.append('_');
            out.append(digit || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' ? c : '_');
        }
        return out.isEmpty() ? "_" : out.toString();
    }

    private static String cutBytes(String value) {
        if (value.length() * 3L <= MAX_VALUE_BYTES) return value;
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_VALUE_BYTES) return value;
        int end = MAX_VALUE_BYTES;
        while ((bytes[end] & 0xC0) == 0x80) end--;
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
