package sigyn.logql.stage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import sigyn.model.SigynException;

/// A pattern like `<ip> - <_> "<method>`: literals and captures by turns.
///
/// @param parts literals, and captures as `<name>`, in order
record PatternExpression(List<Part> parts) {
    /// @param capture a capture named `text` (`_`: unnamed); otherwise a literal
    record Part(String text, boolean capture) {}

    static PatternExpression parse(String text) {
        if (text.isEmpty()) {
            throw SigynException.badRequest(
                    "parse error at line 1, col 1: syntax error: unexpected $end, expecting IDENTIFIER or LITERAL");
        }
        var parts = new ArrayList<Part>();
        var literal = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int end = text.charAt(at) == '<' ? captureEnd(text, at) : -1;
            if (end < 0) {
                literal.append(text.charAt(at++));
                continue;
            }
            if (!literal.isEmpty()) {
                parts.add(new Part(literal.toString(), false));
                literal.setLength(0);
            }
            parts.add(new Part(text.substring(at + 1, end).intern(), true));
            at = end + 1;
        }
        if (!literal.isEmpty()) {
            parts.add(new Part(literal.toString(), false));
        }
        for (int i = 1; i < parts.size(); i++) {
            var a = parts.get(i - 1);
            var b = parts.get(i);
            if (a.capture && b.capture) {
                throw SigynException.badRequest(
                        "found consecutive capture '<" + a.text + "><" + b.text + ">': invalid expression");
            }
        }
        return new PatternExpression(List.copyOf(parts));
    }

    /// The offset of the `>` that closes a capture starting at `at`, or -1 when there is none.
    private static int captureEnd(String text, int at) {
        int i = at + 1;
        while (i < text.length() && isName(text.charAt(i)) && !(i == at + 1 && isDigit(text.charAt(i)))) {
            i++;
        }
        return i > at + 1 && i < text.length() && text.charAt(i) == '>' ? i : -1;
    }

    /// What a parser stage asks of a pattern: named captures, each name once.
    void checkNamed() {
        var names = new HashSet<String>();
        for (var part : parts) {
            if (part.capture && !part.text.equals("_") && !names.add(part.text)) {
                throw SigynException.badRequest("duplicate capture name (" + part.text + "): invalid expression");
            }
        }
        if (names.isEmpty()) {
            throw SigynException.badRequest("at least one capture is required");
        }
    }

    /// What a line filter asks of a pattern: no names.
    void checkUnnamed() {
        for (var part : parts) {
            if (part.capture && !part.text.equals("_")) {
                throw SigynException.badRequest("named captures are not allowed: found '<" + part.text + ">'");
            }
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isName(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || isDigit(c);
    }
}
