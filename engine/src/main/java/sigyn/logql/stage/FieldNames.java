package sigyn.logql.stage;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// Label names for the field names of a line, made once per field name. For one thread.
public final class FieldNames {
    private static final int MAX = 10_000;

    private final Map<String, String> names = new HashMap<>();
    private final Texts texts;

    FieldNames(Texts texts) {
        this.texts = texts;
    }

    /// The label name for a field; empty when nothing is left of it.
    ///
    /// @param first whether it starts the name, so that a digit gets `_` in front
    String name(byte[] bytes, int start, int length, boolean first) {
        String raw = length <= 64 ? texts.text(bytes, start, length) : text(bytes, start, length);
        if (!first) {
            return sanitize(raw, false);
        }
        String known = names.get(raw);
        if (known == null) {
            known = sanitize(raw, true);
            if (names.size() < MAX) {
                names.put(raw, known);
            }
        }
        return known;
    }

    private static String text(byte[] bytes, int start, int length) {
        return new String(bytes, start, length, StandardCharsets.UTF_8);
    }

    /// Whether a key of a line or of metadata may become the label `name`.
    public static boolean isNamed(String key, String name) {
        return sanitize(key, true).equals(name) || sanitize(key, false).equals(name);
    }

    /// What is no letter, digit or underscore becomes an underscore; blanks around it vanish.
    static String sanitize(String raw, boolean first) {
        String name = raw.strip();
        if (name.isEmpty()) {
            return name;
        }
        boolean fine = !(first && isDigit(name.charAt(0)));
        for (int i = 0; i < name.length() && fine; i++) {
            fine = isNameCharacter(name.charAt(i));
        }
        if (fine) {
            return name.intern();
        }
        var out = new StringBuilder(name.length() + 1);
        if (first && isDigit(name.charAt(0))) {
            out.append('_');
        }
        for (int i = 0; i < name.length(); ) {
            int c = name.codePointAt(i);
            i += Character.charCount(c);
            out.append(c < 128 && isNameCharacter((char) c) ? (char) c : '_');
        }
        return out.toString().intern();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameCharacter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c == '_';
    }
}
