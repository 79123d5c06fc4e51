package sigyn.server.dashboards.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reading and writing trees in which unknown keys live on.
public final class Json {
    private static final int LONGEST_BODY = 32 << 20;

    private static final Pattern FIRST_INDENT = Pattern.compile("\n([ \t]+)\\S");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /// What is wrong with a text that should be JSON, and where; lines and columns count from 1.
    public static final class SyntaxException extends Exception {
        private final int line;
        private final int column;

        SyntaxException(String message, int line, int column) {
            super(message);
            this.line = line;
            this.column = column;
        }

        public int line() {
            return line;
        }

        public int column() {
            return column;
        }
    }

    /// Parses UTF-8 text, with or without a byte order mark.
    public static JsonNode parse(byte[] text) throws SyntaxException {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            int line = at == null ? 1 : Math.max(1, at.getLineNr());
            int column = at == null ? 1 : Math.max(1, at.getColumnNr());
            throw new SyntaxException(e.getOriginalMessage(), line, column);
        }
    }

    /// Parses what we wrote ourselves.
    public static ObjectNode stored(String text) {
        return (ObjectNode) MAPPER.readTree(text);
    }

    /// The request's body, an object; anything else is the caller's error.
    public static ObjectNode body(Request request) throws IOException {
        byte[] bytes = limited(request.body());
        if (bytes.length == 0) {
            return object();
        }
        try {
            if (parse(bytes) instanceof ObjectNode object) {
                return object;
            }
            throw Refusal.badRequest("bad request data: expected a JSON object");
        } catch (SyntaxException e) {
            throw Refusal.badRequest(
                    "bad request data: line " + e.line() + ", column " + e.column() + ": " + e.getMessage());
        }
    }

    private static byte[] limited(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST_BODY + 1);
        if (bytes.length > LONGEST_BODY) {
            throw new Refusal(413, "request body is larger than " + (LONGEST_BODY >> 20) + " MiB");
        }
        return bytes;
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    public static ArrayNode strings(Iterable<String> values) {
        var array = array();
        values.forEach(array::add);
        return array;
    }

    public static String write(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    public static String pretty(JsonNode node) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
    }

    /// Indented as `like` is: by the blanks or tabs of its first indented line, two blanks when it has none.
    public static String indented(JsonNode node, String like) {
        var first = FIRST_INDENT.matcher(like);
        var indenter = new DefaultIndenter(first.find() ? first.group(1) : "  ", "\n");
        var printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                        .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                        .withObjectEmptySeparator("")
                        .withArrayEmptySeparator(""))
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        return MAPPER.writer().with(printer).writeValueAsString(node) + (like.endsWith("\n") ? "\n" : "");
    }

    public static Response response(int status, JsonNode node) {
        return Response.of(status, "application/json; charset=UTF-8", MAPPER.writeValueAsBytes(node));
    }

    public static Response ok(JsonNode node) {
        return response(200, node);
    }

    public static Response message(String text) {
        return ok(object().put("message", text));
    }

    /// The text under `key`; numbers and booleans as text; `otherwise` when there is none.
    public static String text(JsonNode node, String key, String otherwise) {
        JsonNode value = node.get(key);
        return value == null || !value.isValueNode() || value.isNull() ? otherwise : value.asString();
    }

    public static String text(JsonNode node, String key) {
        return text(node, key, "");
    }

    /// The truth under `key`, also when written `"true"`, `yes`, `on` or `1`.
    public static boolean flag(JsonNode node, String key, boolean otherwise) {
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        return switch (value.asString().strip().toLowerCase(java.util.Locale.ROOT)) {
            case "true", "yes", "on", "1", "y", "t" -> true;
            case "false", "no", "off", "0", "n", "f" -> false;
            default -> otherwise;
        };
    }

    /// The whole number under `key`, also when written as text.
    public static long number(JsonNode node, String key, long otherwise) {
        JsonNode value = node.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value.isNumber()) {
            return (long) value.doubleValue() == value.doubleValue() && !value.isIntegralNumber()
                    ? (long) value.doubleValue()
                    : value.canConvertToLong() ? value.longValue() : otherwise;
        }
        try {
            return value.isString() ? Long.parseLong(value.stringValue().strip()) : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /// The object under `key`, or null.
    public static @Nullable ObjectNode object(JsonNode node, String key) {
        return node.get(key) instanceof ObjectNode object ? object : null;
    }

    /// The object under `key`, made when it is not there.
    public static ObjectNode objectAt(ObjectNode node, String key) {
        if (node.get(key) instanceof ObjectNode object) {
            return object;
        }
        var made = object();
        node.set(key, made);
        return made;
    }

    /// The objects of the array under `key`; what is no object is left out.
    public static List<ObjectNode> objects(JsonNode node, String key) {
        var found = new ArrayList<ObjectNode>();
        if (node.get(key) instanceof ArrayNode array) {
            for (JsonNode item : array) {
                if (item instanceof ObjectNode object) {
                    found.add(object);
                }
            }
        }
        return found;
    }

    /// The texts of the array under `key`.
    public static List<String> texts(JsonNode node, String key) {
        var found = new ArrayList<String>();
        if (node.get(key) instanceof ArrayNode array) {
            for (JsonNode item : array) {
                if (item.isValueNode() && !item.isNull()) {
                    found.add(item.asString());
                }
            }
        }
        return found;
    }
}
