package sigyn.server.dashboards.provision;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import sigyn.model.SigynException;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A YAML file as a JSON tree, environment variables filled into its values.
final class YamlFile {
    private YamlFile() {}

    static JsonNode read(byte[] content, String name, Map<String, String> environment) throws BadFileException {
        var settings = LoadSettings.builder()
                .setLabel(name)
                .setAllowDuplicateKeys(true)
                .setCodePointLimit(16 << 20)
                .build();
        try {
            String text = new String(content, StandardCharsets.UTF_8);
            Object tree = new Load(settings).loadFromString(text.startsWith("\ufeff") ? text.substring(1) : text);
            return tree(tree, environment);
        } catch (MarkedYamlEngineException e) {
            var mark = e.getProblemMark();
            throw new BadFileException(
                    e.getProblem(),
                    mark.map(m -> m.getLine() + 1).orElse(0),
                    mark.map(m -> m.getColumn() + 1).orElse(0));
        } catch (YamlEngineException | SigynException e) {
            throw new BadFileException(String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode tree(@Nullable Object value, Map<String, String> environment) {
        var nodes = JsonNodeFactory.instance;
        return switch (value) {
            case null -> nodes.nullNode();
            case Map<?, ?> map -> {
                var object = Json.object();
                map.forEach((key, item) -> object.set(String.valueOf(key), tree(item, environment)));
                yield object;
            }
            case List<?> list -> {
                var array = Json.array();
                list.forEach(item -> array.add(tree(item, environment)));
                yield array;
            }
            case Boolean flag -> nodes.booleanNode(flag);
            case Integer number -> nodes.numberNode(number);
            case Long number -> nodes.numberNode(number);
            case Double number -> nodes.numberNode(number);
            default -> nodes.stringNode(Interpolation.expand(String.valueOf(value), environment, YamlFile::fileText));
        };
    }

    private static String fileText(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (java.io.IOException e) {
            throw new SigynException(
                    sigyn.model.ErrorKind.OPERATOR, "$__file{" + file + "} cannot be read: " + e.getMessage(), e);
        }
    }
}
