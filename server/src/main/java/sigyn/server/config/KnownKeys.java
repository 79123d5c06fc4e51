package sigyn.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Loki's keys, from a table beside this class: which there are in each block, and what became of removed ones. Says
/// what is odd about a file.
final class KnownKeys {
    private final Map<String, Set<String>> blocks = new LinkedHashMap<>();
    private final Map<String, String> removed = new LinkedHashMap<>();

    private KnownKeys() {}

    static KnownKeys load() {
        var known = new KnownKeys();
        try (InputStream in = KnownKeys.class.getResourceAsStream("known-keys.txt")) {
            if (in == null) {
                throw new AssertionError("known-keys.txt is missing from the class path");
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(known::line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return known;
    }

    private void line(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        if (line.startsWith("- ")) {
            int arrow = line.indexOf(" -> ");
            removed.put(line.substring(2, arrow), line.substring(arrow + 4));
            return;
        }
        int colon = line.indexOf(':');
        blocks.put(
                line.substring(0, colon),
                new LinkedHashSet<>(List.of(line.substring(colon + 1).strip().split("\\s+"))));
    }

    /// A sentence for each key that Loki does not have, or has no more.
    List<String> notes(Yaml.Mapping top, String file) {
        var notes = new ArrayList<String>();
        check("", "", top, file, notes);
        return notes;
    }

    /// The same for a file with limits per tenant.
    List<String> runtimeNotes(Yaml.Mapping top, String file) {
        var notes = new ArrayList<String>();
        check("runtime", "", top, file, notes);
        top.mapping("overrides").entries().forEach((tenant, entry) -> {
            if (entry.value() instanceof Yaml.Mapping limits) {
                check("limits_config", "overrides." + tenant, limits, file, notes);
            }
        });
        return notes;
    }

    /// @param block whose keys they are
    /// @param path as the reader of the file sees it
    private void check(String block, String path, Yaml.Mapping mapping, String file, List<String> notes) {
        var known = blocks.get(block.isEmpty() ? "." : block);
        if (known == null && block.indexOf('.') >= 0) {
            known = blocks.get(block.substring(0, block.lastIndexOf('.')) + ".*");
        }
        var keys = known;
        mapping.entries().forEach((key, entry) -> {
            String full = path.isEmpty() ? key : path + "." + key;
            String inner = block.isEmpty() ? key : block + "." + key;
            String meaning = removed.get(inner);
            if (meaning == null) {
                meaning = removed.get("*." + key);
            }
            if (meaning != null) {
                notes.add(file + ":" + entry.line() + ": " + full + " was removed from Loki: " + meaning);
            } else if (keys != null && !keys.contains(key)) {
                notes.add(file + ":" + entry.line() + ": unknown key " + full + nearest(key, keys));
            } else {
                descend(inner, full, entry.value(), file, notes);
            }
        });
    }

    private void descend(String block, String path, Yaml value, String file, List<String> notes) {
        switch (value) {
            case Yaml.Mapping m -> check(block, path, m, file, notes);
            case Yaml.Sequence s -> s.items().forEach(item -> descend(block, path, item, file, notes));
            case Yaml.Scalar _ -> {}
        }
    }

    private static String nearest(String key, Set<String> known) {
        String best = "";
        int bestDistance = Math.max(2, key.length() / 3) + 1;
        for (String candidate : known) {
            int d = distance(key, candidate);
            if (d < bestDistance) {
                bestDistance = d;
                best = candidate;
            }
        }
        return best.isEmpty() ? "" : "; did you mean " + best + "?";
    }

    /// Edits that turn one word into another: Levenshtein's distance.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? diagonal : diagonal + 1;
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
