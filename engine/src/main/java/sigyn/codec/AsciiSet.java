package sigyn.codec;

/// A set of ASCII bytes, as an escape or brackets of a regular expression name it.
///
/// @param low those below 64
/// @param high those from 64 to 127
record AsciiSet(long low, long high) {
    static final AsciiSet NONE = new AsciiSet(0, 0);
    private static final AsciiSet DIGIT = NONE.withRange('0', '9');
    private static final AsciiSet WORD =
            DIGIT.withRange('a', 'z').withRange('A', 'Z').with('_');
    private static final AsciiSet SPACE =
            NONE.with('\t').with('\n').with('\f').with('\r').with(' ');
    private static final long CAPITALS = 0x07fffffeL;

    static AsciiSet of(char c) {
        return NONE.with(c);
    }

    static boolean isWord(int b) {
        return b < 64 ? (WORD.low >>> b & 1) != 0 : b < 128 && (WORD.high >>> (b - 64) & 1) != 0;
    }

    private AsciiSet with(int c) {
        return c < 64 ? new AsciiSet(low | 1L << c, high) : new AsciiSet(low, high | 1L << (c - 64));
    }

    private AsciiSet withRange(int from, int to) {
        var set = this;
        for (int c = from; c <= Math.min(to, 127); c++) {
            set = set.with(c);
        }
        return set;
    }

    private AsciiSet or(AsciiSet other) {
        return new AsciiSet(low | other.low, high | other.high);
    }

    private AsciiSet not() {
        return new AsciiSet(~low, ~high);
    }

    /// With the other case of each letter.
    AsciiSet folded() {
        long capitals = high & CAPITALS;
        long small = high >>> 32 & CAPITALS;
        return new AsciiSet(low, high | small | capitals << 32);
    }

    /// What stands behind a backslash.
    static AsciiSet escape(AsciiProgram in) {
        char c = in.next();
        return switch (c) {
            case 'd' -> DIGIT;
            case 'D' -> DIGIT.not();
            case 'w' -> WORD;
            case 'W' -> WORD.not();
            case 's' -> SPACE;
            case 'S' -> SPACE.not();
            case 't' -> of('\t');
            case 'n' -> of('\n');
            case 'r' -> of('\r');
            case 'f' -> of('\f');
            case 'v' -> of('\u000b');
            case 'a' -> of('\u0007');
            case 'x' -> hexadecimal(in);
            default -> {
                if (c >= 128 || Character.isLetterOrDigit(c)) {
                    throw AsciiProgram.unknown();
                }
                yield of(c);
            }
        };
    }

    private static AsciiSet hexadecimal(AsciiProgram in) {
        String digits = in.isNext("{") ? in.until("}") : "" + in.next() + in.next();
        return in.character(Integer.parseInt(digits, 16));
    }

    /// What stands behind an opening bracket, up to the closing one; the other case of a letter belongs to it before it
    /// is negated.
    static AsciiSet bracket(AsciiProgram in, boolean ignoreCase) {
        boolean negated = in.isNext("^");
        var set = NONE;
        boolean first = true;
        while (first || !in.isNext("]")) {
            first = false;
            if (in.isNext("[:")) {
                set = set.or(named(in.until(":]")));
                continue;
            }
            char c = in.next();
            AsciiSet one = c == '\\' ? escape(in) : in.character(c);
            int from = c == '\\' ? one.only() : c;
            if (from < 0 || !in.isNext("-")) {
                set = set.or(one);
                continue;
            }
            if (in.isNext("]")) {
                set = set.or(one).with('-');
                break;
            }
            char end = in.next();
            var last = end == '\\' ? escape(in) : in.character(end);
            int to = last == NONE ? 127 : last.only();
            if (to < 0) {
                throw AsciiProgram.unknown();
            }
            set = set.withRange(from, to);
        }
        set = ignoreCase ? set.folded() : set;
        return negated ? set.not() : set;
    }

    /// The one member, or -1.
    private int only() {
        if (Long.bitCount(low) + Long.bitCount(high) != 1) {
            return -1;
        }
        return low != 0 ? Long.numberOfTrailingZeros(low) : 64 + Long.numberOfTrailingZeros(high);
    }

    private static AsciiSet named(String name) {
        return switch (name) {
            case "digit" -> DIGIT;
            case "alpha" -> NONE.withRange('a', 'z').withRange('A', 'Z');
            case "alnum" -> DIGIT.withRange('a', 'z').withRange('A', 'Z');
            case "lower" -> NONE.withRange('a', 'z');
            case "upper" -> NONE.withRange('A', 'Z');
            case "word" -> WORD;
            case "space" -> SPACE.with('\u000b');
            case "xdigit" -> DIGIT.withRange('a', 'f').withRange('A', 'F');
            case "punct" ->
                NONE.withRange('!', '/').withRange(':', '@').withRange('[', '`').withRange('{', '~');
            default -> throw AsciiProgram.unknown();
        };
    }
}
