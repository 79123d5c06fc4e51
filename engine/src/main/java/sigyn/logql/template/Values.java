package sigyn.logql.template;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.FloatText;

/// What template values are to Go: true or not, their printed form, their type's name.
final class Values {
    private Values() {}

    static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean b -> b;
            case String s -> !s.isEmpty();
            case Long l -> l != 0;
            case Double d -> d != 0;
            case List<?> l -> !l.isEmpty();
            case Map<?, ?> m -> !m.isEmpty();
            default -> true;
        };
    }

    /// As `%v` prints it.
    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "<nil>";
            case Double d -> FloatText.general(d);
            case List<?> l -> l.stream().map(Values::text).collect(Collectors.joining(" ", "[", "]"));
            case Map<?, ?> m ->
                new TreeMap<Object, Object>(m)
                        .entrySet().stream()
                                .map(e -> text(e.getKey()) + ":" + text(e.getValue()))
                                .collect(Collectors.joining(" ", "map[", "]"));
            default -> value.toString();
        };
    }

    /// As an action shows it: nothing is `<no value>`.
    static String shown(@Nullable Object value) {
        return value == null ? "<no value>" : text(value);
    }

    static String type(@Nullable Object value) {
        return switch (value) {
            case null -> "<nil>";
            case String _ -> "string";
            case Long _ -> "int";
            case Double _ -> "float64";
            case Boolean _ -> "bool";
            case List<?> _ -> "[]interface {}";
            case LabelMap _ -> "map[string]string";
            case Map<?, ?> _ -> "map[string]interface {}";
            case GoTime _ -> "time.Time";
            case GoTime.GoDuration _ -> "time.Duration";
            default -> value.getClass().getSimpleName();
        };
    }

    /// Less than, equal, greater; throws when the two are of different kinds.
    static int compare(@Nullable Object a, @Nullable Object b) throws TemplateException {
        if (a instanceof String x && b instanceof String y) {
            return x.compareTo(y);
        }
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        if (a instanceof Double x && b instanceof Double y) {
            return x < y ? -1 : x > y ? 1 : 0;
        }
        if (a instanceof Boolean x && b instanceof Boolean y) {
            return Boolean.compare(x, y);
        }
        if (a instanceof GoTime x && b instanceof GoTime y) {
            return Long.compare(x.nanos(), y.nanos());
        }
        throw new TemplateException("incompatible types for comparison: " + type(a) + " and " + type(b));
    }
}
