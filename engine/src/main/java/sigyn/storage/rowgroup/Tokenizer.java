package sigyn.storage.rowgroup;

import org.jspecify.annotations.Nullable;
import sigyn.codec.Bytes;

/// Splits a line into static text and tokens: the first model of lines.
///
/// A token is a maximal run of ASCII letters and digits that holds a digit, or four and more hexadecimal letters only.
/// Of a run with one change between letters and digits (`sda1`, `120ms`) only the digits are the token, unless all of
/// it could be hexadecimal. Runs that together are an IPv4 address, a time of day, a UUID or a timestamp near the
/// entry's time are one token. Everything else is static, so lines made by one log statement mostly share their static
/// text.
///
/// The needle router splits needles by the same rules and relies on them: which bytes of a line are static depends on
/// the run they are in, and on nothing else, save for the joined tokens.
final class Tokenizer {
    private static final long M1 = 0xa0761d6478bd642fL;
    private static final long M2 = 0xe7037ed1a0b428dbL;

    /// What stands behind the first digits of a joined token.
    private static final boolean[] MAY_JOIN = new boolean[256];

    static {
        for (char c : ".:/-".toCharArray()) {
            MAY_JOIN[c] = true;
        }
    }

    private final TimestampText timestamp = new TimestampText();
    private final Runs found = new Runs();

    private final long seed;
    private final boolean joins;
    private Tokens out = new Tokens();
    /// The token that was added last.
    private int tokenFrom;

    private int tokenEnd;

    /// With `joins` false, the runs of addresses, times and the like stay apart.
    Tokenizer(long seed, boolean joins) {
        this.seed = seed;
        this.joins = joins;
    }

    /// Adds the tokens of `b[from, end)` to `tokens` and returns the hash of the template.
    long tokenize(byte[] b, int from, int end, long time, Tokens tokens) {
        out = tokens;
        tokens.beginLine();
        int firstEntry = tokens.count;
        found.scan(b, from, end);
        int length = end - from;
        int i = 0;
        for (int at; (at = found.next(i, length)) >= 0; ) {
            int s = Math.max(i, found.start(at));
            int e = found.end(at);
            i = run(b, from + s, from + e, end, found.mask(s, e), time) - from;
            while (i < length && i != e && i - found.start(i) > 0 && found.end(i) - i == 3) {
                // what a joined token leaves of a run is a run, too
                e = i + 3;
                i = run(b, from + i, from + i + 3, end, found.mask(i, i + 3), time) - from;
            }
        }
        return hash(b, from, end, firstEntry);
    }

    /// Of the static text of the line whose tokens were added last and of their kinds.
    private long hash(byte[] b, int from, int end, int firstEntry) {
        long hash = seed;
        int staticFrom = from;
        int entry = firstEntry;
        for (int i = 0; i < out.lineCount; i++) {
            long place = out.entry(entry);
            int start = Tokens.start(place);
            hash = mix(staticPiece(b, staticFrom, start, hash), out.kinds[i]);
            staticFrom = start + Tokens.length(place);
            entry += Tokens.entries(out.kinds[i]);
        }
        return staticPiece(b, staticFrom, end, hash);
    }

    /// Does what [#tokenize] does if the line is made by a template of the tree; returns its number, or -1 and adds
    /// nothing.
    int follow(TemplateTree known, byte[] b, int from, int end, long time, Tokens tokens) {
        out = tokens;
        tokens.beginLine();
        int firstEntry = tokens.count;
        var node = known.root();
        int at = from;
        while (node != null) {
            var edge = step(node, b, at, end, time);
            if (edge != null && edge.template >= 0) {
                return edge.template;
            }
            at = tokenEnd;
            node = edge == null ? null : edge.behind(out.kinds[out.lineCount - 1]);
        }
        tokens.rewind(firstEntry);
        return -1;
    }

    /// Adds the next token behind static text that is known; returns that text, null when there is none.
    private TemplateTree.@Nullable Edge step(TemplateTree.Node node, byte[] b, int at, int end, long time) {
        for (var edge = node.first(b, at); edge != null; edge = node.next(edge, b, at)) {
            if (!edge.isAt(b, at, end) || edge.months.length > 0 && beginsTimestamp(edge, b, at, end, time)) {
                continue;
            }
            if (edge.template < 0) {
                int start = at + edge.text.length;
                int here = Runs.at(b, start, end);
                int length = here >>> 8;
                int count = out.lineCount;
                if (length > 0) {
                    run(b, start - edge.inRun, start + length, end, here & CharClass.ALNUM | edge.inRunMask, time);
                }
                if (out.lineCount == count) {
                    continue;
                }
                if (tokenFrom != start) {
                    return null;
                }
            }
            return edge;
        }
        return null;
    }

    private boolean beginsTimestamp(TemplateTree.Edge edge, byte[] b, int at, int end, long time) {
        for (int month : edge.months) {
            if (timestamp.parseSyslog(b, at + month, end, time)) {
                return true;
            }
        }
        return false;
    }

    /// Adds what is a token of the run `[s, e)`, and what joins it; returns where to go on.
    private int run(byte[] b, int s, int e, int end, int mask, long time) {
        if ((mask & CharClass.DIGIT) != 0) {
            return digits(b, s, e, end, mask, time);
        }
        if (e - s == 3) {
            // shorter than a hexadecimal word; may be the name of a month
            if (joins && e < end && b[e] == ' ' && b[s] < 'a' && timestamp.parseSyslog(b, s, end, time)) {
                return join(s, timestamp());
            }
        } else if ((mask & CharClass.LETTER) == 0 && e - s >= 4) {
            emit(s, e, Tokens.VAR, mask);
            if (joins && e - s == 8 && e < end && b[e] == '-' && isUuid(b, s, end)) {
                return rejoinUuid(b, s);
            }
        }
        return e;
    }

    /// The run `[s, e)` holds a digit; returns where to go on.
    private int digits(byte[] b, int s, int e, int end, int mask, long time) {
        if (mask == CharClass.DIGIT) {
            if (joins && e < end && MAY_JOIN[b[e] & 0xff]) {
                int joined = joinedDigits(b, s, e, end, time);
                if (joined > 0) {
                    return joined;
                }
            }
            if (joins && e - s >= 10 && timestamp.parseEpoch(b, s, e, time)) {
                return join(s, timestamp());
            }
            emit(s, e, Tokens.VAR, mask);
            return e;
        }
        if ((mask & CharClass.LETTER) == 0) {
            if (joins && e - s == 8 && e < end && b[e] == '-' && isUuid(b, s, end)) {
                emit(s, s + 36, uuidKind(b, s), 0);
                return s + 36;
            }
            emit(s, e, Tokens.VAR, mask);
            return e;
        }
        return mixed(b, s, e, mask);
    }

    /// Letters that are no hexadecimal digits are among the digits.
    private int mixed(byte[] b, int s, int e, int mask) {
        int i = s;
        if (isDigit(b[s])) {
            while (isDigit(b[i])) {
                i++;
            }
            int change = i;
            while (i < e && !isDigit(b[i])) {
                i++;
            }
            if (i == e) {
                emit(s, change, Tokens.VAR, CharClass.DIGIT);
                return e;
            }
        } else {
            while (!isDigit(b[i])) {
                i++;
            }
            int change = i;
            while (i < e && isDigit(b[i])) {
                i++;
            }
            if (i == e) {
                emit(change, e, Tokens.VAR, CharClass.DIGIT);
                return e;
            }
        }
        emit(s, e, Tokens.VAR, mask);
        return e;
    }

    /// A run of digits may start something joined; returns where that ends, or 0.
    private int joinedDigits(byte[] b, int s, int e, int end, long time) {
        int next = b[e];
        switch (e - s) {
            case 1, 2, 3 -> {
                if (next == '.') {
                    int address = ipv4(b, s, end);
                    if (address > 0) {
                        return address;
                    }
                } else if (e - s == 2 && next == ':') {
                    return clock(b, s, end);
                } else if (e - s == 2 && next == '/') {
                    if (timestamp.parseClf(b, s, end, time) || timestamp.parseShortYear(b, s, end, time)) {
                        return join(s, timestamp());
                    }
                }
            }
            case 4 -> {
                if ((next == '-' || next == '/') && timestamp.parseIso(b, s, end, time)) {
                    return join(s, timestamp());
                }
            }
            case 8 -> {
                if (next == '-' && isUuid(b, s, end)) {
                    emit(s, s + 36, uuidKind(b, s), 0);
                    return s + 36;
                }
            }
            default -> {}
        }
        return 0;
    }

    private int timestamp() {
        return Tokens.TIMESTAMP | timestamp.format << Tokens.FORMAT_SHIFT;
    }

    private int join(int s, int kind) {
        emitJoined(s, timestamp.end, kind, timestamp.distance);
        return timestamp.end;
    }

    private int ipv4(byte[] b, int s, int end) {
        long value = 0;
        int i = s;
        for (int part = 0; part < 4; part++) {
            int number = 0;
            int from = i;
            while (i < end && i - from < 4 && isDigit(b[i])) {
                number = number * 10 + (b[i++] - '0');
            }
            int n = i - from;
            if (n == 0 || n > 3 || number > 255 || n > 1 && b[from] == '0') {
                return 0;
            }
            value = value << 8 | number;
            if (part < 3 && (i >= end || b[i++] != '.')) {
                return 0;
            }
        }
        if (i < end && (CharClass.RUN[b[i] & 0xff] != 0 || b[i] == '.' && i + 1 < end && isDigit(b[i + 1]))) {
            return 0;
        }
        emitJoined(s, i, Tokens.IPV4, value);
        return i;
    }

    private int clock(byte[] b, int s, int end) {
        if (end - s < 8
                || b[s + 5] != ':'
                || !isDigit(b[s + 3])
                || !isDigit(b[s + 4])
                || !isDigit(b[s + 6])
                || !isDigit(b[s + 7])
                || end - s > 8 && CharClass.RUN[b[s + 8] & 0xff] != 0) {
            return 0;
        }
        long value = Decimal.parse(b, s, 2) * 10_000 + Decimal.parse(b, s + 3, 2) * 100 + Decimal.parse(b, s + 6, 2);
        emitJoined(s, s + 8, Tokens.CLOCK, value);
        return s + 8;
    }

    /// True when `[s, s + 36)` is a UUID, of digits and letters of one case, and its run ends there.
    static boolean isUuid(byte[] b, int s, int end) {
        if (end - s < 36 || b[s + 13] != '-' || b[s + 18] != '-' || b[s + 23] != '-' || b[s + 8] != '-') {
            return false;
        }
        int mask = 0;
        for (int i = s; i < s + 36; i++) {
            if (b[i] != '-') {
                mask |= CharClass.of(b[i]);
            } else if (i != s + 8 && i != s + 13 && i != s + 18 && i != s + 23) {
                return false;
            }
        }
        return (mask & (CharClass.LETTER | CharClass.OTHER)) == 0
                && (mask & CharClass.HEX_LETTER) != CharClass.HEX_LETTER
                && (end - s == 36 || CharClass.RUN[b[s + 36] & 0xff] == 0);
    }

    private static int uuidKind(byte[] b, int s) {
        boolean capitals = (CharClass.mask(b, s, 36) & CharClass.HEX_UPPER) != 0;
        return Tokens.UUID | (capitals ? 1 << Tokens.FORMAT_SHIFT : 0);
    }

    /// Eight hexadecimal letters were emitted as a token and turn out to begin a UUID.
    private int rejoinUuid(byte[] b, int s) {
        int kind = uuidKind(b, s);
        out.replaceLast(Tokens.place(s, 36, 0));
        out.kinds[out.lineCount - 1] = kind;
        tokenEnd = s + 36;
        return s + 36;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private void emit(int from, int end, int kind, int mask) {
        tokenFrom = from;
        tokenEnd = end;
        out.add(from, end, kind, mask);
    }

    private void emitJoined(int from, int end, int kind, long value) {
        tokenFrom = from;
        tokenEnd = end;
        out.add(from, end, kind, 0, value);
    }

    /// Adds the bytes of a piece of static text to a hash, eight at a time (after wyhash by Wang Yi).
    static long staticPiece(byte[] b, int from, int end, long hash) {
        int n = end - from;
        if (n >= 8) {
            int i = from;
            for (; i < end - 8; i += 8) {
                hash = mix(hash, Bytes.i64(b, i));
            }
            return mix(hash ^ n, Bytes.i64(b, end - 8));
        }
        if (n >= 4) {
            return mix(hash ^ n, Bytes.i32(b, from) & 0xffffffffL | (long) Bytes.i32(b, end - 4) << 32);
        }
        if (n > 0) {
            return mix(hash ^ n, b[from] & 0xff | (b[from + (n >> 1)] & 0xff) << 8 | (b[end - 1] & 0xff) << 16);
        }
        return hash;
    }

    static long mix(long hash, long input) {
        long a = hash ^ M1;
        long b = input ^ M2;
        return Math.multiplyHigh(a, b) ^ a * b + hash;
    }
}
