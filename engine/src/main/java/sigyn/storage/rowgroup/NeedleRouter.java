package sigyn.storage.rowgroup;

import sigyn.model.LinePredicate;

/// Tells from the prune part alone whether any line of a group can hold a needle. "No" is certain.
///
/// The needle is split into runs of letters and digits as [Tokenizer] splits lines. A run with another byte of the
/// needle on both sides is a whole run of the line, so it is known which of its bytes are text and which are a token
/// there: the text's trigrams must be in the trigram filter, a long token in the token filter. The first and the last
/// run of the needle may be parts of longer runs. One without digits is either text, or inside a token that has its
/// trigrams in the filter or is of an opaque class; both are tried. One with digits is a token of its own or inside a
/// longer one, which must exist. Trigrams that touch a token say nothing, because they are in no filter.
///
/// Timestamps, addresses and UUIDs are tokens made of several runs. What they hide is covered by the hidden lengths of
/// [FilterKeys.Shape]: runs of those lengths may be anywhere.
final class NeedleRouter {
    private final RowGroupSummary summary;
    private final FilterKeys.Shape shape;
    /// The needle, folded.
    private final byte[] b;
    /// Bytes that are text for sure, or as assumed at the moment.
    private final boolean[] text;

    private NeedleRouter(byte[] needle, RowGroupSummary summary) {
        this.summary = summary;
        shape = summary.shape();
        b = new byte[needle.length];
        for (int i = 0; i < b.length; i++) {
            b[i] = CharClass.fold(needle[i]);
        }
        text = new boolean[b.length];
    }

    static boolean mayMatch(LinePredicate line, RowGroupSummary summary) {
        return switch (line) {
            case LinePredicate.Contains contains -> {
                byte[] bytes = contains.bytes();
                yield bytes.length <= summary.longestLine() && new NeedleRouter(bytes, summary).mayOccur();
            }
            case LinePredicate.AnyOf(var parts) -> {
                boolean any = false;
                for (var part : parts) {
                    any |= mayMatch(part, summary);
                }
                yield any;
            }
            case LinePredicate.Matches _, LinePredicate.NotAscii _, LinePredicate.Not _ -> true;
        };
    }

    private boolean mayOccur() {
        int firstEnd = 0;
        int lastStart = b.length;
        for (int i = 0; i < b.length; ) {
            if (CharClass.RUN[b[i] & 0xff] == 0) {
                text[i++] = true;
                continue;
            }
            int s = i;
            while (i < b.length && CharClass.RUN[b[i] & 0xff] != 0) {
                i++;
            }
            if (s == 0) {
                firstEnd = i;
            } else if (i == b.length) {
                lastStart = s;
            } else if (!boundedRun(s, i)) {
                return false;
            }
        }
        if (firstEnd > 0 && hasDigit(0, firstEnd) && !edgeToken(0, firstEnd)) {
            return false;
        }
        if (lastStart < b.length && hasDigit(lastStart, b.length) && !edgeToken(lastStart, b.length)) {
            return false;
        }
        return uuidsMayOccur() && edgesMayOccur(firstEnd, lastStart);
    }

    /// Tries what the first run `[0, firstEnd)` and the last one can be: text, or inside a token.
    private boolean edgesMayOccur(int firstEnd, int lastStart) {
        boolean firstIsText = firstEnd == 0 || !hasDigit(0, firstEnd);
        boolean lastIsText = lastStart == b.length || !hasDigit(lastStart, b.length);
        for (int first = firstIsText ? 1 : 0; first >= 0; first--) {
            if (first == 0 && firstIsText && (firstEnd == 0 || !insideToken(0, firstEnd))) {
                break;
            }
            java.util.Arrays.fill(text, 0, firstEnd, first == 1);
            for (int last = lastIsText ? 1 : 0; last >= 0; last--) {
                if (last == 0 && lastIsText && (lastStart == b.length || !insideToken(lastStart, b.length))) {
                    break;
                }
                java.util.Arrays.fill(text, lastStart, b.length, last == 1);
                if (textMayOccur()) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean textMayOccur() {
        for (int i = 0; i + 2 < b.length; i++) {
            if (text[i] && text[i + 1] && text[i + 2] && !summary.mayHaveTrigram(trigram(i))) {
                return false;
            }
        }
        return true;
    }

    private int trigram(int at) {
        return (b[at] & 0xff) << 16 | (b[at + 1] & 0xff) << 8 | b[at + 2] & 0xff;
    }

    private boolean hasDigit(int s, int e) {
        return (CharClass.mask(b, s, e - s) & CharClass.DIGIT) != 0;
    }

    /// A whole run of the line: marks what of it is text; false when its token exists nowhere.
    private boolean boundedRun(int s, int e) {
        int mask = CharClass.mask(b, s, e - s);
        if ((mask & CharClass.DIGIT) == 0 && ((mask & CharClass.LETTER) != 0 || e - s < 4)) {
            java.util.Arrays.fill(text, s, e, true);
            return true;
        }
        long token = token(s, e, mask);
        int from = (int) (token >>> 32);
        int to = (int) token;
        java.util.Arrays.fill(text, s, from, true);
        java.util.Arrays.fill(text, to, e, true);
        return exactToken(from, to);
    }

    /// The token in a run that has digits or is hexadecimal: start and end.
    private long token(int s, int e, int mask) {
        if ((mask & CharClass.LETTER) != 0) {
            int from = s;
            while (from < e && !isDigit(from)) {
                from++;
            }
            int to = from;
            while (to < e && isDigit(to)) {
                to++;
            }
            boolean oneChange = from == s ? noDigit(to, e) : to == e;
            if (oneChange) {
                return (long) from << 32 | to;
            }
        }
        return (long) s << 32 | e;
    }

    private boolean noDigit(int from, int to) {
        return !hasDigit(from, to);
    }

    private boolean isDigit(int i) {
        return b[i] >= '0' && b[i] <= '9';
    }

    private boolean exactToken(int from, int to) {
        int length = to - from;
        int tokenClass = FilterKeys.classOf(CharClass.mask(b, from, length));
        if (length < FilterKeys.shortest(tokenClass)) {
            return true;
        }
        return tokenClass != FilterKeys.MIXED && has(shape.hidden(), length)
                || summary.mayHaveToken(FilterKeys.hash(b, from, length));
    }

    /// The first or last run has digits: it is a token, or inside a longer one.
    private boolean edgeToken(int s, int e) {
        int mask = CharClass.mask(b, s, e - s);
        long token = token(s, e, mask);
        int from = (int) (token >>> 32);
        int to = (int) token;
        if (exactToken(from, to)) {
            return true;
        }
        int tokenClass = FilterKeys.classOf(mask);
        boolean splits = from != s || to != e;
        return hasAbove(shape.mixed(), e - s)
                || tokenClass != FilterKeys.MIXED && hasAbove(shape.hex() | shape.hidden(), e - s)
                || (splits || tokenClass == FilterKeys.NUMBERS)
                        && hasAbove(shape.numbers() | shape.hidden(), to - from);
    }

    /// The first or last run has no digits: can it be inside a token?
    private boolean insideToken(int s, int e) {
        int length = e - s;
        boolean hex = (CharClass.mask(b, s, length) & CharClass.LETTER) == 0;
        boolean mixedFits = hasAbove(shape.mixed(), length);
        boolean hexFits = hex && (hasAbove(shape.hex(), length) || has(shape.hex(), length));
        if (mixedFits && shape.isOpaque(FilterKeys.MIXED) || hexFits && shape.isOpaque(FilterKeys.HEX)) {
            return true;
        }
        if (!mixedFits && !hexFits) {
            return false;
        }
        for (int i = s; i + 2 < e; i++) {
            if (!summary.mayHaveTrigram(trigram(i))) {
                return false;
            }
        }
        return true;
    }

    /// Every UUID in the needle is one in the line, or its outer groups are other tokens.
    private boolean uuidsMayOccur() {
        for (int s = 0; s + 36 <= b.length; s++) {
            if ((s == 0 || CharClass.RUN[b[s - 1] & 0xff] == 0) && Tokenizer.isUuid(b, s, b.length)) {
                int end = s + 36;
                if (!summary.mayHaveToken(FilterKeys.hash(b, s, 36))
                        && !(groupMayOccur(s, s + 8, s == 0) && groupMayOccur(end - 12, end, end == b.length))) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean groupMayOccur(int from, int to, boolean mayBeLonger) {
        if (summary.mayHaveToken(FilterKeys.hash(b, from, to - from))) {
            return true;
        }
        long longer = (shape.hex() | shape.mixed() | shape.numbers()) & ~(1L << 36);
        return mayBeLonger && hasAbove(longer, to - from);
    }

    private static boolean has(long lengths, int length) {
        return (lengths >>> Math.min(length, 63) & 1) != 0;
    }

    /// True when a length above `length` is in the set.
    private static boolean hasAbove(long lengths, int length) {
        return length >= 62 ? lengths < 0 : lengths >>> (length + 1) != 0;
    }
}
