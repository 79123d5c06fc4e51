package sigyn.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// A YAML document with the line of everything in it.
sealed interface Yaml {
    int line();

    /// @param quoted true: it was written in quotes, so it is text whatever it looks like
    record Scalar(String text, boolean quoted, int line) implements Yaml {}

    record Sequence(List<Yaml> items, int line) implements Yaml {}

    record Mapping(Map<String, Entry> entries, int line) implements Yaml {
        /// The mapping under a key, empty when there is none.
        Mapping mapping(String key) {
            var entry = entries.get(key);
            return entry != null && entry.value() instanceof Mapping m ? m : EMPTY;
        }
    }

    record Entry(int line, Yaml value) {}

    Mapping EMPTY = new Mapping(Map.of(), 0);

    /// Reads one document whose top is a mapping; an empty document is an empty mapping.
    static Mapping parse(String text, String file) {
        Optional<Node> root;
        try {
            var settings = LoadSettings.builder()
                    .setLabel(file)
                    .setAllowDuplicateKeys(true)
                    .build();
            root = new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(m -> m.getLine() + 1).orElse(0);
            throw new ConfigException(file + ":" + line + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new ConfigException(file + ": " + e.getMessage());
        }
        if (root.isEmpty()) {
            return EMPTY;
        }
        return switch (convert(root.get(), file)) {
            case Mapping mapping -> mapping;
            case Scalar s when s.text().isEmpty() -> EMPTY;
            case Scalar s -> throw new ConfigException(file + ":" + s.line() + ": expected keys and values");
            case Sequence s -> throw new ConfigException(file + ":" + s.line() + ": expected keys and values");
        };
    }

    /// The value of the only key of a document.
    static Yaml value(String text, String file) {
        return parse(text, file).entries().values().iterator().next().value();
    }

    /// A tree that holds one value, at a path of keys with dots between them.
    static Mapping at(String path, Yaml value) {
        int dot = path.indexOf('.');
        String key = dot < 0 ? path : path.substring(0, dot);
        Yaml inner = dot < 0 ? value : at(path.substring(dot + 1), value);
        return new Mapping(Map.of(key, new Entry(0, inner)), 0);
    }

    /// Both trees in one; where both have a value that of `over` counts.
    static Mapping merge(Mapping base, Mapping over) {
        var merged = new LinkedHashMap<>(base.entries());
        over.entries().forEach((key, entry) -> {
            var old = merged.get(key);
            merged.put(
                    key,
                    old != null && old.value() instanceof Mapping a && entry.value() instanceof Mapping b
                            ? new Entry(entry.line(), merge(a, b))
                            : entry);
        });
        return new Mapping(merged, over.line());
    }

    private static Yaml convert(Node node, String file) {
        int line = node.getStartMark().map(m -> m.getLine() + 1).orElse(0);
        return switch (node) {
            case ScalarNode s -> new Scalar(s.getValue(), !s.isPlain(), line);
            case SequenceNode s -> {
                var items = new ArrayList<Yaml>();
                for (Node item : s.getValue()) {
                    items.add(convert(item, file));
                }
                yield new Sequence(items, line);
            }
            case MappingNode m -> {
                var entries = new LinkedHashMap<String, Entry>();
                for (var tuple : m.getValue()) {
                    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                        throw new ConfigException(file + ":" + line + ": a key must be a word");
                    }
                    int keyLine = key.getStartMark().map(k -> k.getLine() + 1).orElse(0);
                    var old = entries.put(key.getValue(), new Entry(keyLine, convert(tuple.getValueNode(), file)));
                    if (old != null) {
                        throw new ConfigException(file + ":" + keyLine + ": key \"" + key.getValue()
                                + "\" is already set in line " + old.line());
                    }
                }
                yield new Mapping(entries, line);
            }
            default -> throw new ConfigException(file + ":" + line + ": cannot read this kind of YAML node");
        };
    }
}
