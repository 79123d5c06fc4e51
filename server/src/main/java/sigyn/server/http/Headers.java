package sigyn.server.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Header fields in order; names are compared without regard to case.
public final class Headers {
    public record Field(String name, String value) {}

    private final List<Field> fields = new ArrayList<>();

    public Headers add(String name, String value) {
        fields.add(new Field(name, value));
        return this;
    }

    /// Replaces all fields of that name.
    public Headers set(String name, String value) {
        fields.removeIf(f -> f.name().equalsIgnoreCase(name));
        return add(name, value);
    }

    public @Nullable String first(String name) {
        for (var f : fields) {
            if (f.name().equalsIgnoreCase(name)) {
                return f.value();
            }
        }
        return null;
    }

    public String firstOr(String name, String otherwise) {
        String value = first(name);
        return value == null ? otherwise : value;
    }

    public List<Field> fields() {
        return fields;
    }
}
