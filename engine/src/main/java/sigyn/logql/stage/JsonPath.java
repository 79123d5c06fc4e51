package sigyn.logql.stage;

import java.util.ArrayList;
import java.util.List;
import sigyn.model.SigynException;

/// Where in a JSON document a value is: `a.b`, `a[0]`, `["odd key"].c`.
///
/// @param steps field names as strings, array positions as integers
record JsonPath(List<Object> steps) {
    /// Reads a path; throws `BAD_REQUEST` with what is wrong.
    static JsonPath parse(String text) {
        return new Reader(text).path();
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        JsonPath path() {
            var steps = new ArrayList<Object>();
            blanks();
            if (peek() == '[') {
                steps.add(bracket());
            } else {
                steps.add(field("LSB or FIELD"));
            }
            while (true) {
                blanks();
                switch (peek()) {
                    case 0 -> {
                        if (at < text.length()) {
                            throw unexpected("");
                        }
                        return new JsonPath(List.copyOf(steps));
                    }
                    case '.' -> {
                        at++;
                        steps.add(field("FIELD"));
                    }
                    case '[' -> steps.add(bracket());
                    default -> throw unexpected("");
                }
            }
        }

        private char peek() {
            return at < text.length() ? text.charAt(at) : 0;
        }

        private void blanks() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private String field(String expected) {
            blanks();
            int start = at;
            while (at < text.length() && (isWord(text.charAt(at)) && (at > start || !isDigit(text.charAt(at))))) {
                at++;
            }
            if (at == start) {
                throw unexpected(expected);
            }
            return text.substring(start, at);
        }

        private Object bracket() {
            at++;
            blanks();
            Object step;
            if (peek() == '"') {
                int end = at + 1;
                var key = new StringBuilder();
                while (end < text.length() && text.charAt(end) != '"') {
                    if (text.charAt(end) == '\\' && end + 1 < text.length()) {
                        end++;
                    }
                    key.append(text.charAt(end++));
                }
                if (end >= text.length()) {
                    at = text.length();
                    throw unexpected("RSB");
                }
                at = end + 1;
                step = key.toString();
            } else {
                int start = at;
                while (at < text.length() && isDigit(text.charAt(at))) {
                    at++;
                }
                if (start == at || at - start > 9) {
                    throw unexpected("STRING or INDEX");
                }
                step = Integer.valueOf(text.substring(start, at));
            }
            blanks();
            if (peek() != ']') {
                throw unexpected("RSB");
            }
            at++;
            return step;
        }

        private SigynException unexpected(String expected) {
            char c = peek();
            String what = switch (c) {
                case 0 -> "$end";
                case '.' -> "DOT";
                case '[' -> "LSB";
                case ']' -> "RSB";
                case '"' -> "STRING";
                default -> isWord(c) && !isDigit(c) ? "FIELD" : "";
            };
            // What cannot start anything ends the expression, as in Loki; behind a field it is named.
            boolean start = what.isEmpty() && !expected.isEmpty();
            what = start ? "$end" : what;
            String message = what.isEmpty()
                    ? "unexpected char " + c
                    : "syntax error: unexpected " + what + (expected.isEmpty() ? "" : ", expecting " + expected);
            return SigynException.badRequest("cannot parse expression [" + text + "]: " + message);
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        private static boolean isWord(char c) {
            return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || isDigit(c);
        }
    }
}
