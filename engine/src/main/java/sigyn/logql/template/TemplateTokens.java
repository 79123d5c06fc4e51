package sigyn.logql.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.model.GoText;

/// Cuts template text into plain text and the tokens of each `{{ .. }}`.
final class TemplateTokens {
    enum Kind {
        /// `.name`, without its dot.
        FIELD,
        /// `$name`, with its dollar.
        VARIABLE,
        LITERAL,
        WORD,
        SYMBOL
    }

    /// @param value of a literal
    /// @param spaced a blank stands in front
    /// @param place line and column for messages, `1:2`; columns count bytes from 0
    record Token(Kind kind, String text, Object value, boolean spaced, String place) {
        Token(Kind kind, String text, Object value, boolean spaced) {
            this(kind, text, value, spaced, "");
        }

        Token at(String where) {
            return new Token(kind, text, value, spaced, where);
        }

        @Override
        public String toString() {
            return kind == Kind.FIELD ? "." + text : text;
        }
    }

    /// Plain text, or the tokens of an action.
    record Piece(@Nullable String text, List<Token> tokens, int line) {}

    private final String name;
    private final String text;
    private int at;
    private int line = 1;
    private int counted;
    private int column;

    private TemplateTokens(String name, String text) {
        this.name = name;
        this.text = text;
    }

    static List<Piece> pieces(String name, String text) throws TemplateException {
        return new TemplateTokens(name, text).pieces();
    }

    private TemplateException fail(String message) {
        return new TemplateException("template: " + name + ":" + line + ": " + message);
    }

    private List<Piece> pieces() throws TemplateException {
        var pieces = new ArrayList<Piece>();
        boolean trimNext = false;
        while (at < text.length()) {
            int open = text.indexOf("{{", at);
            String plain = text.substring(at, open < 0 ? text.length() : open);
            boolean trimLeft = open >= 0
                    && text.startsWith("-", open + 2)
                    && open + 3 < text.length()
                    && isBlank(text.charAt(open + 3));
            String shown = trimNext ? stripLeft(plain) : plain;
            if (trimLeft) {
                shown = stripRight(shown);
            }
            if (!shown.isEmpty()) {
                pieces.add(new Piece(shown, List.of(), line));
            }
            line += (int) plain.chars().filter(c -> c == '\n').count();
            if (open < 0) {
                break;
            }
            at = open + (trimLeft ? 4 : 2);
            if (text.startsWith("/*", skipBlanks(at, trimLeft))) {
                trimNext = comment(skipBlanks(at, trimLeft));
                continue;
            }
            int startLine = line;
            var tokens = new ArrayList<Token>();
            trimNext = action(tokens);
            pieces.add(new Piece(null, tokens, startLine));
        }
        return pieces;
    }

    private int skipBlanks(int from, boolean trimmed) {
        int i = from;
        while (trimmed && i < text.length() && isBlank(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private boolean comment(int from) throws TemplateException {
        int end = text.indexOf("*/", from + 2);
        if (end < 0) {
            throw fail("unclosed comment");
        }
        end += 2;
        if (end < text.length() && isBlank(text.charAt(end)) && text.startsWith("-}}", end + 1)) {
            at = end + 4;
            return true;
        }
        if (!text.startsWith("}}", end)) {
            throw fail("comment ends before closing delimiter");
        }
        at = end + 2;
        return false;
    }

    /// Reads up to the closing braces; true when the text behind is to lose its leading blanks.
    private boolean action(List<Token> tokens) throws TemplateException {
        int parens = 0;
        boolean spaced = true;
        while (true) {
            if (at >= text.length()) {
                throw fail("unclosed action");
            }
            char c = text.charAt(at);
            if (isBlank(c)) {
                if (c == '\n') {
                    line++;
                }
                if (text.startsWith("-}}", at + 1)) {
                    at += 4;
                    return closed(parens, true);
                }
                at++;
                spaced = true;
                continue;
            }
            if (text.startsWith("}}", at)) {
                at += 2;
                return closed(parens, false);
            }
            if (c == '(') {
                parens++;
            } else if (c == ')' && --parens < 0) {
                throw fail("unexpected right paren");
            }
            String place = place();
            tokens.add(token(c, spaced).at(place));
            spaced = false;
        }
    }

    private String place() {
        while (counted < at) {
            int c = text.codePointAt(counted);
            counted += Character.charCount(c);
            column =
                    c == '\n' ? 0 : column + (c < 0x80 || GoText.isEscape(c) ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
        }
        return line + ":" + column;
    }

    private boolean closed(int parens, boolean trim) throws TemplateException {
        if (parens > 0) {
            throw fail("unclosed left paren");
        }
        return trim;
    }

    private Token token(char c, boolean spaced) throws TemplateException {
        int start = at;
        if (c == '"' || c == '`' || c == '\'') {
            return quoted(c, spaced);
        }
        if (c == '.' && !(at + 1 < text.length() && isDigit(text.charAt(at + 1)))) {
            at++;
            word();
            String field = text.substring(start + 1, at);
            return field.isEmpty()
                    ? new Token(Kind.SYMBOL, ".", "", spaced)
                    : new Token(Kind.FIELD, checkedEnd(field), "", spaced);
        }
        if (c == '$') {
            at++;
            word();
            return new Token(Kind.VARIABLE, text.substring(start, at), "", spaced);
        }
        boolean sign = (c == '-' || c == '+') && at + 1 < text.length();
        if (isDigit(c) || c == '.' || sign && (isDigit(text.charAt(at + 1)) || text.charAt(at + 1) == '.')) {
            return number(spaced);
        }
        if (isLetter(c)) {
            word();
            return new Token(Kind.WORD, checkedEnd(text.substring(start, at)), "", spaced);
        }
        if (text.startsWith(":=", at)) {
            at += 2;
            return new Token(Kind.SYMBOL, ":=", "", spaced);
        }
        if ("|(),=".indexOf(c) >= 0) {
            at++;
            return new Token(Kind.SYMBOL, String.valueOf(c), "", spaced);
        }
        throw fail("unexpected bad character U+" + String.format(java.util.Locale.ROOT, "%04X", text.codePointAt(at))
                + " '" + Character.toString(text.codePointAt(at)) + "' in command");
    }

    private String checkedEnd(String word) throws TemplateException {
        if (at < text.length()) {
            char c = text.charAt(at);
            boolean fine = isBlank(c) || ".,|:)(=".indexOf(c) >= 0 || text.startsWith("}}", at);
            if (!fine) {
                throw fail("bad character U+" + String.format(java.util.Locale.ROOT, "%04X", (int) c) + " '" + c + "'");
            }
        }
        return word;
    }

    private void word() {
        while (at < text.length() && (isLetter(text.charAt(at)) || Character.isDigit(text.charAt(at)))) {
            at++;
        }
    }

    private Token quoted(char quote, boolean spaced) throws TemplateException {
        int start = at++;
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\n') {
                if (quote != '`') {
                    throw fail("unterminated quoted string");
                }
                line++;
            }
            at += quote != '`' && text.charAt(at) == '\\' ? 2 : 1;
        }
        if (at >= text.length()) {
            throw fail(
                    quote == '`'
                            ? "unterminated raw quoted string"
                            : quote == '"' ? "unterminated quoted string" : "unterminated character constant");
        }
        at++;
        String raw = text.substring(start, at);
        if (quote == '`') {
            return new Token(Kind.LITERAL, raw, raw.substring(1, raw.length() - 1), spaced);
        }
        String value = GoStrings.unquote(raw);
        if (value == null) {
            throw fail("invalid syntax");
        }
        if (quote == '"') {
            return new Token(Kind.LITERAL, raw, value, spaced);
        }
        if (value.isEmpty() || value.codePointCount(0, value.length()) != 1) {
            throw fail("malformed character constant: " + raw);
        }
        return new Token(Kind.LITERAL, raw, (long) value.codePointAt(0), spaced);
    }

    private Token number(boolean spaced) throws TemplateException {
        int start = at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean exponentSign = (c == '+' || c == '-') && "eEpP".indexOf(text.charAt(at - 1)) >= 0 && !isHex(start);
            if (!isDigit(c) && !isLetter(c) && c != '.' && !exponentSign) {
                break;
            }
            at++;
        }
        String raw = text.substring(start, at);
        Object value = Conversions.integerLiteral(raw);
        if (value == null) {
            value = Conversions.parseFloat(raw);
        }
        if (value == null) {
            throw fail("bad number syntax: \"" + raw + "\"");
        }
        if (value instanceof BigInteger) {
            throw fail("integer overflow: \"" + raw + "\"");
        }
        return new Token(Kind.LITERAL, raw, value, spaced);
    }

    private boolean isHex(int start) {
        int i = text.charAt(start) == '-' || text.charAt(start) == '+' ? start + 1 : start;
        return text.startsWith("0x", i) || text.startsWith("0X", i);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return c == '_' || Character.isLetter(c);
    }

    private static String stripLeft(String s) {
        int i = 0;
        while (i < s.length() && isBlank(s.charAt(i))) {
            i++;
        }
        return s.substring(i);
    }

    private static String stripRight(String s) {
        int i = s.length();
        while (i > 0 && isBlank(s.charAt(i - 1))) {
            i--;
        }
        return s.substring(0, i);
    }
}
