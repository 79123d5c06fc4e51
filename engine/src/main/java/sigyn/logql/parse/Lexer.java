package sigyn.logql.parse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import sigyn.logql.ast.ByteSizes;
import sigyn.logql.ast.Durations;
import sigyn.logql.ast.RangeOp;
import sigyn.logql.ast.Span;
import sigyn.logql.ast.VectorOp;
import sigyn.model.GoText;
import sigyn.model.SigynException;

/// Query text to tokens. Names of functions are functions only where `(`, `by` or `without` follows, so that they can
/// be labels too. Numbers with a unit become durations or sizes; `[5m]` is one token.
final class Lexer {
    private static final Map<String, TokenKind> TWO_CHARACTERS = Map.ofEntries(
            Map.entry("|=", TokenKind.PIPE_EXACT),
            Map.entry("|~", TokenKind.PIPE_MATCH),
            Map.entry("|>", TokenKind.PIPE_PATTERN),
            Map.entry("!>", TokenKind.NPA),
            Map.entry("!=", TokenKind.NEQ),
            Map.entry("!~", TokenKind.NRE),
            Map.entry("==", TokenKind.CMP_EQ),
            Map.entry("=~", TokenKind.RE),
            Map.entry(">=", TokenKind.GTE),
            Map.entry("<=", TokenKind.LTE));
    private static final Map<Character, TokenKind> ONE_CHARACTER = Map.ofEntries(
            Map.entry('{', TokenKind.OPEN_BRACE),
            Map.entry('}', TokenKind.CLOSE_BRACE),
            Map.entry('(', TokenKind.OPEN_PAREN),
            Map.entry(')', TokenKind.CLOSE_PAREN),
            Map.entry(',', TokenKind.COMMA),
            Map.entry('.', TokenKind.DOT),
            Map.entry('|', TokenKind.PIPE),
            Map.entry('=', TokenKind.EQ),
            Map.entry('>', TokenKind.GT),
            Map.entry('<', TokenKind.LT),
            Map.entry('+', TokenKind.ADD),
            Map.entry('-', TokenKind.SUB),
            Map.entry('*', TokenKind.MUL),
            Map.entry('/', TokenKind.DIV),
            Map.entry('%', TokenKind.MOD),
            Map.entry('^', TokenKind.POW));
    private static final String DURATION_LETTERS = "nuµmshdwy";
    private static final String SIZE_LETTERS = "BikKMGTP";

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String text) {
        this.text = text;
    }

    /// All tokens; the last is `END`, or `ERROR` where the text stops being tokens.
    static List<Token> tokens(String text) {
        var lexer = new Lexer(text);
        do {
            try {
                lexer.next();
            } catch (SigynException e) {
                lexer.add(TokenKind.ERROR, lexer.at, String.valueOf(e.getMessage()));
            }
        } while (lexer.tokens.getLast().kind().compareTo(TokenKind.ERROR) > 0);
        return lexer.tokens;
    }

    private void next() {
        skipBlanks();
        if (at >= text.length()) {
            add(TokenKind.END, at, "");
            return;
        }
        char c = text.charAt(at);
        int start = at;
        if (c == '"') {
            add(TokenKind.STRING, start, quoted());
        } else if (c == '`') {
            add(TokenKind.STRING, start, raw());
        } else if (c == '\'') {
            throw character();
        } else if (c == '[') {
            range();
        } else if (isDigit(c) || c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1))) {
            number();
        } else if (isLetter(text.codePointAt(at))) {
            word();
        } else {
            symbol(c);
        }
    }

    private void add(TokenKind kind, int start, String value) {
        add(kind, start, value, 0);
    }

    private void add(TokenKind kind, int start, String value, long number) {
        tokens.add(new Token(kind, value, number, new Span(start, at)));
    }

    private void skipBlanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else if (c == '#' || text.startsWith("//", at)) {
                while (at < text.length() && text.charAt(at) != '\n') {
                    at++;
                }
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw ParseErrors.at(text, at, "comment not terminated");
                }
                at = end + 2;
            } else {
                return;
            }
        }
    }

    private void word() {
        int start = at;
        while (at < text.length() && isNamePart(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        String word = text.substring(start, at);
        String lower = word.toLowerCase(Locale.ROOT);
        var keyword = TokenKind.keyword(word);
        if (keyword != null) {
            add(keyword, start, word);
            return;
        }
        var function = function(lower);
        if (function != TokenKind.IDENTIFIER && isCalled()) {
            add(function, start, lower);
        } else {
            add(TokenKind.IDENTIFIER, start, word);
        }
    }

    private static TokenKind function(String lower) {
        switch (lower) {
            case "ip":
                return TokenKind.IP;
            case "bytes":
                return TokenKind.BYTES_CONV;
            case "duration":
                return TokenKind.DURATION_CONV;
            case "duration_seconds":
                return TokenKind.DURATION_SECONDS_CONV;
            case "vector":
                return TokenKind.VECTOR;
            case "label_replace":
                return TokenKind.LABEL_REPLACE;
            case "count_distinct", "approx_count_distinct":
                return TokenKind.COUNT_DISTINCT;
            default:
                break;
        }
        for (var op : RangeOp.values()) {
            if (op.text().equals(lower)) {
                return TokenKind.RANGE_FUNCTION;
            }
        }
        for (var op : VectorOp.values()) {
            if (op.text().equals(lower)) {
                return TokenKind.VECTOR_FUNCTION;
            }
        }
        return TokenKind.IDENTIFIER;
    }

    /// True when, past blanks, an opening parenthesis follows, or `by (` or `without (`.
    private boolean isCalled() {
        int i = blanks(at);
        if (i < text.length() && text.charAt(i) == '(') {
            return true;
        }
        for (String word : List.of("by", "without")) {
            if (text.regionMatches(true, i, word, 0, word.length())) {
                int after = blanks(i + word.length());
                return after < text.length() && text.charAt(after) == '(';
            }
        }
        return false;
    }

    private int blanks(int from) {
        int i = from;
        while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private void number() {
        int start = at;
        if (text.charAt(at) == '0' && at + 1 < text.length() && "xXbBoO".indexOf(text.charAt(at + 1)) >= 0) {
            at += 2;
            int digits = at;
            while (at < text.length() && (Character.digit(text.charAt(at), 16) >= 0 || text.charAt(at) == '_')) {
                at++;
            }
            if (digits == at) {
                throw ParseErrors.at(text, start, "hexadecimal literal has no digits");
            }
            add(TokenKind.NUMBER, start, text.substring(start, at));
            return;
        }
        digits(start);
        boolean whole = true;
        if (at < text.length() && text.charAt(at) == '.') {
            whole = false;
            at++;
            digits(start);
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            whole = false;
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            int exponent = at;
            digits(start);
            if (exponent == at) {
                throw ParseErrors.at(text, start, "exponent has no digits");
            }
        }
        String number = text.substring(start, at);
        if (suffix(start, DURATION_LETTERS, true) || suffix(start, SIZE_LETTERS, false)) {
            return;
        }
        if (whole && number.length() > 1 && number.charAt(0) == '0') {
            for (int i = 0; i < number.length(); i++) {
                char digit = number.charAt(i);
                if (digit == '8' || digit == '9') {
                    throw ParseErrors.at(text, start, "invalid digit '" + digit + "' in octal literal");
                }
            }
        }
        add(TokenKind.NUMBER, start, number);
    }

    private void digits(int start) {
        char last = 0;
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            char c = text.charAt(at);
            if (c == '_' && !(isDigit(last) && at + 1 < text.length() && isDigit(text.charAt(at + 1)))) {
                throw ParseErrors.at(text, start, "'_' must separate successive digits");
            }
            last = c;
            at++;
        }
    }

    /// Takes the unit letters (and further numbers) behind a number, if all together are a duration or a size.
    private boolean suffix(int start, String letters, boolean duration) {
        int end = at;
        while (end < text.length()) {
            char c = text.charAt(end);
            if (!isDigit(c) && c != '.' && letters.indexOf(c) < 0) {
                break;
            }
            end++;
        }
        if (end == at) {
            return false;
        }
        String all = text.substring(start, end);
        long value;
        try {
            value = duration ? duration(all) : ByteSizes.parse(all);
        } catch (IllegalArgumentException e) {
            return false;
        }
        at = end;
        add(duration ? TokenKind.DURATION : TokenKind.BYTES, start, all, value);
        return true;
    }

    private static long duration(String text) {
        try {
            return Durations.prometheus(text);
        } catch (IllegalArgumentException e) {
            return Durations.go(text);
        }
    }

    private void range() {
        int start = at;
        int end = text.indexOf(']', at);
        if (end < 0) {
            throw ParseErrors.at(text, start, true, "missing closing ']' in duration");
        }
        String inside = text.substring(at + 1, end);
        at = end + 1;
        try {
            add(TokenKind.RANGE, start, inside, Durations.prometheus(inside));
        } catch (IllegalArgumentException e) {
            throw ParseErrors.at(text, start, true, String.valueOf(e.getMessage()));
        }
    }

    private void symbol(char c) {
        int start = at;
        if (c == '-') {
            for (String flag : List.of("--strict", "--keep-empty")) {
                if (text.startsWith(flag, at) && isFlagEnd(at + flag.length())) {
                    at += flag.length();
                    add(TokenKind.FLAG, start, flag);
                    return;
                }
            }
            at++;
            if (suffix(start, DURATION_LETTERS, true)) {
                return;
            }
            at = start;
        }
        if (at + 2 <= text.length()) {
            var two = TWO_CHARACTERS.get(text.substring(at, at + 2));
            if (two != null) {
                at += 2;
                add(two, start, "");
                return;
            }
        }
        at += Character.charCount(text.codePointAt(at));
        // What is no symbol counts as a nameless identifier: the parser refuses it, or the name behind it.
        add(ONE_CHARACTER.getOrDefault(c, TokenKind.IDENTIFIER), start, "");
    }

    private boolean isFlagEnd(int i) {
        return i >= text.length() || !(isLetter(text.charAt(i)) || isDigit(text.charAt(i)) || text.charAt(i) == '-');
    }

    private RuntimeException character() {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != '\'' && text.charAt(end) != '\n') {
            end++;
        }
        boolean closed = end < text.length() && text.charAt(end) == '\'';
        return ParseErrors.at(text, at, closed ? "invalid char literal" : "literal not terminated");
    }

    private String raw() {
        int end = text.indexOf('`', at + 1);
        if (end < 0) {
            throw ParseErrors.at(text, at, "literal not terminated");
        }
        String inside = text.substring(at + 1, end);
        at = end + 1;
        return inside.replace("\r", "");
    }

    private String quoted() {
        int start = at;
        int i = at + 1;
        boolean plain = true;
        while (i < text.length() && text.charAt(i) != '"') {
            char c = text.charAt(i);
            if (c == '\n') {
                throw ParseErrors.at(text, start, "literal not terminated");
            }
            if (c == '\\') {
                plain = false;
                i++;
            }
            i++;
        }
        if (i >= text.length()) {
            throw ParseErrors.at(text, start, "literal not terminated");
        }
        String inside = text.substring(start + 1, i);
        at = i + 1;
        return plain ? inside : unescaped(inside, start);
    }

    private String unescaped(String inside, int start) {
        var bytes = new ByteArrayOutputStream(inside.length());
        int i = 0;
        while (i < inside.length()) {
            int next = inside.codePointAt(i);
            i += Character.charCount(next);
            if (next != '\\') {
                bytes.writeBytes(Character.toString(next).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            char e = i < inside.length() ? inside.charAt(i++) : 0;
            int simple = "abfnrtv\\\"".indexOf(e);
            if (simple >= 0) {
                bytes.write("\u0007\b\f\n\r\t\u000b\\\"".charAt(simple));
                continue;
            }
            int length = switch (e) {
                case 'x' -> 2;
                case 'u' -> 4;
                case 'U' -> 8;
                default -> e >= '0' && e <= '7' ? 3 : -1;
            };
            int radix = length == 3 ? 8 : 16;
            int from = length == 3 ? i - 1 : i;
            long value = length < 0 ? -1 : digits(inside, from, length, radix);
            boolean bad = value < 0 || length == 3 && value > 255 || length >= 4 && value > Character.MAX_CODE_POINT;
            if (bad) {
                throw ParseErrors.at(text, start, "invalid char escape");
            }
            i = from + length;
            if (length >= 4) {
                int c = value >= 0xd800 && value < 0xe000 ? 0xfffd : (int) value;
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            } else {
                bytes.write((int) value);
            }
        }
        return GoText.of(bytes.toByteArray());
    }

    private static long digits(String text, int from, int length, int radix) {
        if (from + length > text.length()) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < from + length; i++) {
            int digit = Character.digit(text.charAt(i), radix);
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /// Any letter of Unicode can be in a name while a query is only read; running one with such a name is refused.
    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 128 && Character.isLetter(c);
    }

    private static boolean isNamePart(int c) {
        return isLetter(c) || Character.isDigit(c);
    }
}
