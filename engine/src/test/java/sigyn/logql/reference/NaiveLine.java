package sigyn.logql.reference;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A line with its labels as plain maps, on its way through [NaivePipeline].
final class NaiveLine {
    final long time;
    String text;
    String error = "";
    private final Map<String, String> stream;
    private final Map<String, String> metadata = new TreeMap<>();
    /// What stages set, or removed: null.
    private final Map<String, @Nullable String> made = new LinkedHashMap<>();

    NaiveLine(RandomLogs.Stored stored) {
        time = stored.time();
        text = stored.line();
        stream = stored.stream();
        stored.metadata().forEach((k, v) -> metadata.put(stream.containsKey(k) ? k + "_extracted" : k, v));
    }

    @Nullable
    String get(String name) {
        if (name.equals("__error__")) {
            return error;
        }
        if (made.containsKey(name)) {
            return made.get(name);
        }
        return metadata.getOrDefault(name, stream.get(name));
    }

    String valueOf(String name) {
        String value = get(name);
        return value == null ? "" : value;
    }

    boolean isMade(String name) {
        return made.get(name) != null;
    }

    void set(String name, String value) {
        made.put(name, value);
    }

    void remove(String name) {
        if (name.equals("__error__")) {
            error = "";
        } else {
            made.put(name, null);
        }
    }

    /// Where a parser puts a field.
    String target(String name) {
        return stream.containsKey(name) || metadata.containsKey(name) && !made.containsKey(name)
                ? name + "_extracted"
                : name;
    }

    Set<String> names() {
        var names = new HashSet<>(made.keySet());
        names.addAll(metadata.keySet());
        names.addAll(stream.keySet());
        return names;
    }

    /// All labels, the error among them; a value may be empty.
    Map<String, String> labels() {
        var labels = new TreeMap<String, String>();
        for (String name : names()) {
            String value = get(name);
            if (value != null) {
                labels.put(name, value);
            }
        }
        if (!error.isEmpty()) {
            labels.put("__error__", error);
        }
        return labels;
    }
}
