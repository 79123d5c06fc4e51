package sigyn.model;

/// Strings in double quotes, escaped as Go's `strconv.Quote` does: printable Unicode stays, the rest becomes escapes.
public final class GoQuote {
    private static final String HEX = "0123456789abcdef";

    private GoQuote() {}

    public static String quote(String text) {
        var out = new StringBuilder(text.length() + 2);
        quote(out, text);
        return out.toString();
    }

    public static void quote(StringBuilder out, String text) {
        out.append('"');
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case 0x07 -> out.append("\\a");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 0x0b -> out.append("\\v");
                default -> {
                    if (GoText.isEscape(c)) {
                        out.append("\\x");
                        hex(out, GoText.escapedByte(c), 2);
                    } else if (isPrintable(c)) {
                        out.appendCodePoint(c);
                    } else if (c < ' ' || c == 0x7f) {
                        out.append("\\x");
                        hex(out, c, 2);
                    } else if (c < 0x10000) {
                        out.append("\\u");
                        hex(out, c, 4);
                    } else {
                        out.append("\\U");
                        hex(out, c, 8);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean isPrintable(int c) {
        if (c == ' ') {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    private static void hex(StringBuilder out, int c, int digits) {
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            out.append(HEX.charAt(c >>> shift & 0xf));
        }
    }
}
