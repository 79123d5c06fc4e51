package sigyn.server.ingest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import sigyn.model.GoQuote;
import sigyn.model.SigynException;

/// Reads label sets as agents write them: `{app="shop", env='dev'}`, with Go's escapes, raw strings in back-quotes,
/// blanks, comments and a comma at the end. A name in front of the brace is accepted and means nothing. Failures are
/// `couldn't parse labels: 1:4: parse error: ..`, line and column of the text.
final class LabelText {
    private static final int LONGEST = 16 << 20;

    private final String text;
    private int at;
    private int start;

    private LabelText(String text) {
        this.text = text;
    }

    /// Names and values in the order of the text, names possibly twice.
    record Pair(String name, String value) {}

    /// A text in UTF-8.
    static List<Pair> parse(byte[] text, int from, int length) {
        if (length > LONGEST) {
            throw new TooLargeException("label text of " + length + " bytes exceeds limit " + LONGEST);
        }
        return parse(new String(text, from, length, StandardCharsets.UTF_8));
    }

    static List<Pair> parse(String text) {
        return new LabelText(text).set();
    }

    /// The text of a label set whose names need not be legal, sorted by name.
    static String render(TreeMap<String, String> labels) {
        var out = new StringBuilder("{");
        labels.forEach((name, value) -> {
            if (out.length() > 1) {
                out.append(", ");
            }
            out.append(name).append('=');
            GoQuote.quote(out, value);
        });
        return out.append('}').toString();
    }

    static boolean isName(String name) {
        if (name.isEmpty() || name.charAt(0) <= '9') {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isWord(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= '0' && c <= '9';
    }

    private List<Pair> set() {
        var pairs = new ArrayList<Pair>();
        blanks();
        if (at == text.length()) {
            return pairs;
        }
        start = at;
        if (isWord(peek()) && !(peek() >= '0' && peek() <= '9')) {
            word();
            blanks();
            if (at == text.length()) {
                return pairs;
            }
            start = at;
        }
        if (peek() != '{') {
            throw peek() == '=' ? failed("unexpected \"=\"") : failed("unexpected character: '" + character() + "'");
        }
        at++;
        pairs(pairs);
        blanks();
        start = at;
        if (at < text.length()) {
            throw failed("unexpected character: '" + character() + "'");
        }
        return pairs;
    }

    private void pairs(List<Pair> pairs) {
        while (true) {
            blanks();
            start = at;
            if (at == text.length()) {
                throw failed("unexpected end of input inside braces");
            }
            char c = peek();
            if (c == '}') {
                at++;
                return;
            }
            if (!isWord(c) || c >= '0' && c <= '9') {
                throw c == '=' || c == ','
                        ? failed("unexpected \"" + c + "\" in label set, expected identifier or \"}\"")
                        : c == '"' || c == '\'' || c == '`'
                                ? failed("unexpected string in label set, expected identifier or \"}\"")
                                : inside();
            }
            String name = word();
            blanks();
            equalSign();
            blanks();
            start = at;
            if (at == text.length()) {
                throw failed("unexpected end of input inside braces");
            }
            char quote = peek();
            if (quote != '"' && quote != '\'' && quote != '`') {
                throw isWord(quote)
                        ? failed("unexpected identifier " + GoQuote.quote(word()) + " in label set, expected string")
                        : inside();
            }
            pairs.add(new Pair(name, quoted(quote)));
            blanks();
            start = at;
            if (at < text.length() && peek() == ',') {
                at++;
            } else if (at < text.length() && peek() != '}') {
                throw isWord(peek())
                        ? failed("unexpected identifier " + GoQuote.quote(word())
                                + " in label set, expected \",\" or \"}\"")
                        : inside();
            }
        }
    }

    private void equalSign() {
        start = at;
        if (at == text.length()) {
            throw failed("unexpected end of input inside braces");
        }
        for (String op : new String[] {"=~", "!=", "!~"}) {
            if (text.startsWith(op, at)) {
                throw failed("unexpected <op:" + op + "> in label set, expected \"=\"");
            }
        }
        char c = peek();
        if (c == '=') {
            at++;
            return;
        }
        if (isWord(c)) {
            throw failed("unexpected identifier " + GoQuote.quote(word()) + " in label set, expected \"=\"");
        }
        if (c == '"' || c == '\'' || c == '`') {
            throw failed("unexpected string in label set, expected \"=\"");
        }
        throw c == ',' || c == '}' ? failed("unexpected \"" + c + "\" in label set, expected \"=\"") : inside();
    }

    private String quoted(char quote) {
        at++;
        if (quote == '`') {
            int close = text.indexOf('`', at);
            if (close < 0) {
                throw failed("unterminated raw string");
            }
            String raw = text.substring(at, close);
            at = close + 1;
            return raw;
        }
        var out = new StringBuilder();
        while (true) {
            if (at >= text.length() || peek() == '\n') {
                throw failed("unterminated quoted string");
            }
            char c = text.charAt(at++);
            if (c == quote) {
                return out.toString();
            }
            if (c != '\\') {
                out.append(c);
            } else {
                escape(out, quote);
            }
        }
    }

    private void escape(StringBuilder out, char quote) {
        if (at >= text.length()) {
            throw failed("escape sequence not terminated");
        }
        char c = text.charAt(at++);
        switch (c) {
            case 'a' -> out.append('\u0007');
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'v' -> out.append('\u000b');
            case '\\' -> out.append('\\');
            case 'x' -> out.appendCodePoint(digits(2, 16));
            case 'u' -> out.appendCodePoint(digits(4, 16));
            case 'U' -> out.appendCodePoint(digits(8, 16));
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                at--;
                out.appendCodePoint(digits(3, 8));
            }
            default -> {
                if (c != quote) {
                    throw failed("unknown escape sequence U+" + String.format("%04X", (int) c) + " '" + c + "'");
                }
                out.append(c);
            }
        }
    }

    private int digits(int count, int radix) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            int digit = at < text.length() ? Character.digit(text.charAt(at), radix) : -1;
            if (digit < 0) {
                throw failed("escape sequence not terminated");
            }
            value = value * radix + digit;
            at++;
        }
        if (!Character.isValidCodePoint(value)) {
            throw failed("escape sequence is an invalid Unicode code point");
        }
        return value;
    }

    private String word() {
        int from = at;
        while (at < text.length() && isWord(peek())) {
            at++;
        }
        return text.substring(from, at);
    }

    private void blanks() {
        while (at < text.length()) {
            char c = peek();
            if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else {
                return;
            }
        }
    }

    private char peek() {
        return text.charAt(at);
    }

    private String character() {
        return Character.toString(text.codePointAt(at));
    }

    private SigynException inside() {
        return failed("unexpected character inside braces: '" + character() + "'");
    }

    private SigynException failed(String message) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(start, text.length()); i++) {
            if (text.charAt(i) == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return SigynException.badRequest("couldn't parse labels: " + line + ":" + column + ": parse error: " + message);
    }
}
