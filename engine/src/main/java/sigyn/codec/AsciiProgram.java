package sigyn.codec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A regular expression in RE2's syntax as a nondeterministic automaton over ASCII: nodes that consume a byte of a set,
/// split, or ask about the place they are at. Only whether there is a match is kept, so groups and laziness leave
/// nothing
/// behind. Expressions are taken to be correct; of those that use more than is known here there is no program.
final class AsciiProgram {
    private static final int MAX_NODES = 5_000;
    private static final int MAX_DEPTH = 200;

    enum Kind {
        /// Consumes a byte of the set.
        SET,
        SPLIT,
        ACCEPT,
        TEXT_START,
        TEXT_END,
        WORD_EDGE,
        NO_WORD_EDGE
    }

    static final class Node {
        final Kind kind;
        /// Bytes below 64, and from 64 to 127.
        final long low;

        final long high;
        int next = -1;
        int other = -1;

        Node(Kind kind, long low, long high) {
            this.kind = kind;
            this.low = low;
            this.high = high;
        }

        boolean has(int b) {
            return b < 64 ? (low >>> b & 1) != 0 : b < 128 && (high >>> (b - 64) & 1) != 0;
        }
    }

    /// Something in the expression that only the full engine knows.
    private static final class Unknown extends RuntimeException {
        Unknown() {
            super(null, null, false, false);
        }
    }

    /// Where a piece begins, and the loose ends behind it: `node << 1`, plus one for the node's second way out.
    private record Piece(int start, List<Integer> ends) {}

    private final String regex;
    private final List<Node> nodes = new ArrayList<>();
    private int at;
    private int depth;
    private boolean ignoreCase;
    private boolean dotAll;

    private AsciiProgram(String regex) {
        this.regex = regex;
    }

    record Compiled(Node[] nodes, int start) {}

    static @Nullable Compiled compile(String regex) {
        var program = new AsciiProgram(regex);
        try {
            var all = program.alternatives();
            if (program.at < regex.length()) {
                return null;
            }
            program.join(all, program.add(Kind.ACCEPT, 0, 0));
            return new Compiled(program.nodes.toArray(Node[]::new), all.start);
        } catch (Unknown | IndexOutOfBoundsException _) {
            return null;
        }
    }

    private int add(Kind kind, long low, long high) {
        if (nodes.size() >= MAX_NODES) {
            throw new Unknown();
        }
        nodes.add(new Node(kind, low, high));
        return nodes.size() - 1;
    }

    private void join(Piece piece, int to) {
        for (int end : piece.ends) {
            var node = nodes.get(end >> 1);
            if ((end & 1) == 0) {
                node.next = to;
            } else {
                node.other = to;
            }
        }
    }

    private Piece single(Kind kind, long low, long high) {
        int node = add(kind, low, high);
        return new Piece(node, List.of(node << 1));
    }

    private Piece nothing() {
        int node = add(Kind.SPLIT, 0, 0);
        return new Piece(node, List.of(node << 1));
    }

    private boolean more() {
        return at < regex.length();
    }

    private boolean takes(String text) {
        if (!regex.startsWith(text, at)) {
            return false;
        }
        at += text.length();
        return true;
    }

    private Piece alternatives() {
        if (++depth > MAX_DEPTH) {
            throw new Unknown();
        }
        Piece all = sequence();
        while (takes("|")) {
            var other = sequence();
            int split = add(Kind.SPLIT, 0, 0);
            nodes.get(split).next = all.start;
            nodes.get(split).other = other.start;
            var ends = new ArrayList<>(all.ends);
            ends.addAll(other.ends);
            all = new Piece(split, ends);
        }
        depth--;
        return all;
    }

    private Piece sequence() {
        Piece all = null;
        while (more() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            int from = at;
            boolean caseBefore = ignoreCase;
            boolean dotBefore = dotAll;
            var atom = atom();
            atom = repeated(atom, from, caseBefore, dotBefore);
            if (all == null) {
                all = atom;
            } else {
                join(all, atom.start);
                all = new Piece(all.start, atom.ends);
            }
        }
        return all == null ? nothing() : all;
    }

    private Piece repeated(Piece atom, int from, boolean caseBefore, boolean dotBefore) {
        int to = at;
        Piece result = atom;
        while (more()) {
            char c = regex.charAt(at);
            if (c == '*' || c == '+' || c == '?') {
                at++;
                result = c == '*' ? star(result) : c == '+' ? plus(result) : optional(result);
            } else if (c == '{') {
                int[] count = count();
                if (count == null) {
                    return result;
                }
                if (result != atom) {
                    throw new Unknown();
                }
                result = counted(atom, count, from, to, caseBefore, dotBefore);
            } else {
                return result;
            }
            takes("?");
        }
        return result;
    }

    private Piece star(Piece piece) {
        int split = add(Kind.SPLIT, 0, 0);
        nodes.get(split).next = piece.start;
        join(piece, split);
        return new Piece(split, List.of(split << 1 | 1));
    }

    private Piece plus(Piece piece) {
        int split = add(Kind.SPLIT, 0, 0);
        nodes.get(split).next = piece.start;
        join(piece, split);
        return new Piece(piece.start, List.of(split << 1 | 1));
    }

    private Piece optional(Piece piece) {
        int split = add(Kind.SPLIT, 0, 0);
        nodes.get(split).next = piece.start;
        var ends = new ArrayList<>(piece.ends);
        ends.add(split << 1 | 1);
        return new Piece(split, ends);
    }

    /// `{n}`, `{n,}` or `{n,m}` as least and most, most -1 for any; null when the brace is plain text.
    private int @Nullable [] count() {
        int end = regex.indexOf('}', at);
        String inside = end < 0 ? "" : regex.substring(at + 1, end);
        if (!inside.matches("[0-9]{1,4}(,[0-9]{0,4})?")) {
            return null;
        }
        at = end + 1;
        String[] bounds = inside.split(",", -1);
        int least = Integer.parseInt(bounds[0]);
        int most = bounds.length == 1 ? least : bounds[1].isEmpty() ? -1 : Integer.parseInt(bounds[1]);
        return new int[] {least, most};
    }

    /// The atom is read again for each copy.
    private Piece counted(Piece atom, int[] count, int from, int to, boolean caseBefore, boolean dotBefore) {
        int after = at;
        Piece all = null;
        boolean first = true;
        int copies = count[1] < 0 ? Math.max(1, count[0]) : count[1];
        for (int i = 0; i < copies; i++) {
            Piece one = first ? atom : again(from, to, caseBefore, dotBefore);
            first = false;
            if (count[1] < 0 && i == copies - 1) {
                one = count[0] == 0 ? star(one) : plus(one);
            } else if (i >= count[0]) {
                one = optional(one);
            }
            if (all != null) {
                join(all, one.start);
                one = new Piece(all.start, one.ends);
            }
            all = one;
        }
        at = after;
        return all == null ? nothing() : all;
    }

    private Piece again(int from, int to, boolean caseBefore, boolean dotBefore) {
        boolean caseNow = ignoreCase;
        boolean dotNow = dotAll;
        ignoreCase = caseBefore;
        dotAll = dotBefore;
        at = from;
        var piece = atom();
        if (at != to) {
            throw new Unknown();
        }
        ignoreCase = caseNow;
        dotAll = dotNow;
        return piece;
    }

    private Piece atom() {
        char c = regex.charAt(at++);
        return switch (c) {
            case '(' -> group();
            case '[' -> {
                var set = AsciiSet.bracket(this, ignoreCase);
                yield single(Kind.SET, set.low(), set.high());
            }
            case '.' -> single(Kind.SET, dotAll ? -1L : ~(1L << '\n'), -1L);
            case '^' -> single(Kind.TEXT_START, 0, 0);
            case '$' -> single(Kind.TEXT_END, 0, 0);
            case '\\' -> escape();
            case '*', '+', '?' -> throw new Unknown();
            default -> literal(c);
        };
    }

    private Piece group() {
        if (!takes("?")) {
            return inside();
        }
        if (takes("P<") || takes("<")) {
            at = regex.indexOf('>', at) + 1;
            return inside();
        }
        boolean set = true;
        boolean newCase = ignoreCase;
        boolean newDot = dotAll;
        while (true) {
            char c = regex.charAt(at++);
            switch (c) {
                case '-' -> set = false;
                case 'i' -> newCase = set;
                case 's' -> newDot = set;
                case 'U' -> {}
                case ':' -> {
                    boolean oldCase = ignoreCase;
                    boolean oldDot = dotAll;
                    ignoreCase = newCase;
                    dotAll = newDot;
                    var piece = inside();
                    ignoreCase = oldCase;
                    dotAll = oldDot;
                    return piece;
                }
                case ')' -> {
                    // Counts until the group around it ends.
                    ignoreCase = newCase;
                    dotAll = newDot;
                    return nothing();
                }
                default -> throw new Unknown();
            }
        }
    }

    /// What stands up to the closing parenthesis; flags set in it end there.
    private Piece inside() {
        boolean oldCase = ignoreCase;
        boolean oldDot = dotAll;
        var piece = alternatives();
        if (!takes(")")) {
            throw new Unknown();
        }
        ignoreCase = oldCase;
        dotAll = oldDot;
        return piece;
    }

    private Piece escape() {
        char c = regex.charAt(at);
        switch (c) {
            case 'b' -> {
                at++;
                return single(Kind.WORD_EDGE, 0, 0);
            }
            case 'B' -> {
                at++;
                return single(Kind.NO_WORD_EDGE, 0, 0);
            }
            case 'A' -> {
                at++;
                return single(Kind.TEXT_START, 0, 0);
            }
            case 'z' -> {
                at++;
                return single(Kind.TEXT_END, 0, 0);
            }
            default -> {
                return set(AsciiSet.escape(this));
            }
        }
    }

    private Piece set(AsciiSet set) {
        var bytes = ignoreCase ? set.folded() : set;
        return single(Kind.SET, bytes.low(), bytes.high());
    }

    private Piece literal(char c) {
        if (Character.isHighSurrogate(c)) {
            at++;
        }
        return set(character(c));
    }

    // for AsciiSet

    char next() {
        return regex.charAt(at++);
    }

    boolean isNext(String text) {
        return takes(text);
    }

    /// A character beyond ASCII is in no line of ASCII, but some have the other case of a letter there (U+017F of `s`,
    /// U+212A
    /// of `k`).
    AsciiSet character(int c) {
        if (c < 128) {
            return AsciiSet.of((char) c);
        }
        if (ignoreCase) {
            throw new Unknown();
        }
        return AsciiSet.NONE;
    }

    String until(String end) {
        int stop = regex.indexOf(end, at);
        String text = regex.substring(at, stop);
        at = stop + end.length();
        return text;
    }

    static RuntimeException unknown() {
        return new Unknown();
    }
}
