package sigyn.logql.column;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.codec.LineShape;

/// Stands for a variable in the one line that parsers see of a template: text that no static piece holds, found again
/// in the values they take out.
///
/// ```
/// digits only       7zqAAAqz
/// letters, digits   kzqAAAqz
/// other text        k,]}zqAAAqz     breaks JSON anywhere but in a string
/// ```
final class Marker {
    /// No static text may hold it.
    static final String SIGN = "zq";

    private static final int LETTERS = 3;
    private static final int LENGTH = SIGN.length() * 2 + LETTERS;
    static final int MAX_VARIABLES = 26 * 26 * 26;

    private static final String DIGITS = "7";
    private static final String WORD = "k";
    private static final String TEXT = "k,]}";

    private Marker() {}

    enum Form {
        DIGITS(Marker.DIGITS),
        WORD(Marker.WORD),
        TEXT(Marker.TEXT);

        private final String prefix;

        Form(String prefix) {
            this.prefix = prefix;
        }
    }

    static byte[] of(int variable, Form form) {
        var text = new StringBuilder(form.prefix).append(SIGN);
        for (int i = 0, rest = variable; i < LETTERS; i++, rest /= 26) {
            text.append((char) ('A' + rest % 26));
        }
        return text.append("qz").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// A static text, or a variable when `text` is null.
    record Part(@Nullable String text, int variable) {}

    /// The parts of a value that a parser took out, or null when it holds a marker in pieces.
    static @Nullable List<Part> parts(String value, Form[] forms) {
        var parts = new ArrayList<Part>();
        int from = 0;
        int sign;
        while ((sign = value.indexOf(SIGN, from)) >= 0) {
            int variable = variable(value, sign);
            if (variable < 0 || variable >= forms.length) {
                return null;
            }
            int start = sign - forms[variable].prefix.length();
            if (start < from || !value.startsWith(forms[variable].prefix, start)) {
                return null;
            }
            if (start > from) {
                parts.add(new Part(value.substring(from, start), -1));
            }
            parts.add(new Part(null, variable));
            from = sign + LENGTH;
        }
        if (from < value.length()) {
            parts.add(new Part(value.substring(from), -1));
        }
        return parts;
    }

    /// What lines are like that the marked line stands for, or null when it holds a marker in pieces.
    static @Nullable LineShape shape(byte[] line, Form[] forms, List<LineShape.Variable> variables) {
        var parts = parts(new String(line, StandardCharsets.ISO_8859_1), forms);
        if (parts == null) {
            return null;
        }
        int[] symbols = new int[line.length];
        int n = 0;
        for (var part : parts) {
            if (part.text() == null) {
                symbols[n++] = -1 - part.variable();
                continue;
            }
            for (int i = 0; i < part.text().length(); i++) {
                symbols[n++] = part.text().charAt(i);
            }
        }
        return new LineShape(Arrays.copyOf(symbols, n), variables);
    }

    /// Where in the marked line each symbol of its shape begins, and where the line ends.
    static int[] offsets(LineShape shape, Form[] forms) {
        int[] offsets = new int[shape.length() + 1];
        for (int i = 0; i < shape.length(); i++) {
            int symbol = shape.symbols()[i];
            offsets[i + 1] = offsets[i] + (symbol >= 0 ? 1 : forms[-1 - symbol].prefix.length() + LENGTH);
        }
        return offsets;
    }

    private static int variable(String value, int sign) {
        int at = sign + SIGN.length();
        if (at + LETTERS + 2 > value.length() || !value.startsWith("qz", at + LETTERS)) {
            return -1;
        }
        int variable = 0;
        for (int i = LETTERS - 1; i >= 0; i--) {
            int letter = value.charAt(at + i) - 'A';
            if (letter < 0 || letter >= 26) {
                return -1;
            }
            variable = variable * 26 + letter;
        }
        return variable;
    }
}
