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

    record Mapping(Map<String, Entry> entries, int line) implements Yaml {}

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
