package sigyn.codec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A regular expression in RE2's syntax as a nondeterministic automaton over ASCII: nodes that consume a byte of a set,
/// split, or ask about the place they are at. Expressions are taken to be correct; of those that use more than is known
/// here there is no program.
///
/// Of two ways out of a split the first comes first, as the expression has it. Groups leave nodes behind only where
/// they have a name and [#capturing] is asked for.
final class AsciiProgram {
    private static final int MAX_NODES = 5_000;
    private static final int MAX_DEPTH = 200;

    enum Kind {
        /// Consumes a byte of the set.
        SET,
        SPLIT,
        /// Notes where the line is: at the beginning of group `low >> 1`, or at its end when `low` is odd.
        SAVE,
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
    private final boolean captures;
    private final List<String> names = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private int at;
    private int depth;
    private boolean ignoreCase;
    private boolean dotAll;

    private AsciiProgram(String regex, boolean captures) {
        this.regex = regex;
        this.captures = captures;
    }

    /// @param names those of the groups, in order; none unless groups were asked for
    record Compiled(Node[] nodes, int start, List<String> names) {}

    /// A program that says whether there is a match.
    static @Nullable Compiled compile(String regex) {
        return compile(new AsciiProgram(regex, false));
    }

    /// A program that also says where named groups match. Of fewer expressions: what loops may not be empty.
    static @Nullable Compiled capturing(String regex) {
        return compile(new AsciiProgram(regex, true));
    }

    private static @Nullable Compiled compile(AsciiProgram program) {
        try {
            var all = program.alternatives();
            if (program.more()) {
                return null;
            }
            program.join(all, program.add(Kind.ACCEPT, 0, 0));
            return new Compiled(program.nodes.toArray(Node[]::new), all.start, List.copyOf(program.names));
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
                boolean lazy = takes("?");
                result = c == '*' ? star(result, lazy) : c == '+' ? plus(result, lazy) : optional(result, lazy);
            } else if (c == '{') {
                int[] count = count();
                if (count == null) {
                    return result;
                }
                if (result != atom) {
                    throw new Unknown();
                }
                result = counted(atom, count, takes("?"), from, to, caseBefore, dotBefore);
            } else {
                return result;
            }
        }
        return result;
    }

    private Piece star(Piece piece, boolean lazy) {
        refuseEmpty(piece);
        int split = choice(piece, lazy);
        join(piece, split);
        return new Piece(split, List.of(behind(split, lazy)));
    }

    private Piece plus(Piece piece, boolean lazy) {
        refuseEmpty(piece);
        int split = choice(piece, lazy);
        join(piece, split);
        return new Piece(piece.start, List.of(behind(split, lazy)));
    }

    private Piece optional(Piece piece, boolean lazy) {
        int split = choice(piece, lazy);
        var ends = new ArrayList<>(piece.ends);
        ends.add(behind(split, lazy));
        return new Piece(split, ends);
    }

    /// A split before a piece, which comes first unless it is lazy.
    private int choice(Piece piece, boolean lazy) {
        int split = add(Kind.SPLIT, 0, 0);
        if (lazy) {
            nodes.get(split).other = piece.start;
        } else {
            nodes.get(split).next = piece.start;
        }
        return split;
    }

    /// The way out of a split that leaves the piece out.
    private static int behind(int split, boolean lazy) {
        return lazy ? split << 1 : split << 1 | 1;
    }

    /// Which of the ways through an empty loop counts is for the full engine to say.
    private void refuseEmpty(Piece piece) {
        if (captures && leadsOut(piece.start, new HashSet<>())) {
            throw new Unknown();
        }
    }

    private boolean leadsOut(int from, Set<Integer> seen) {
        if (from < 0) {
            return true;
        }
        var node = nodes.get(from);
        return node.kind != Kind.SET
                && seen.add(from)
                && (leadsOut(node.next, seen) || node.kind == Kind.SPLIT && leadsOut(node.other, seen));
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
    private Piece counted(
            Piece atom, int[] count, boolean lazy, int from, int to, boolean caseBefore, boolean dotBefore) {
        int after = at;
        Piece all = null;
        boolean first = true;
        int copies = count[1] < 0 ? Math.max(1, count[0]) : count[1];
        for (int i = 0; i < copies; i++) {
            Piece one = first ? atom : again(from, to, caseBefore, dotBefore);
            first = false;
            if (count[1] < 0 && i == copies - 1) {
                one = count[0] == 0 ? star(one, lazy) : plus(one, lazy);
            } else if (i >= count[0]) {
                one = optional(one, lazy);
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
            String name = until(">");
            return captures ? named(name) : inside();
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
                case 'U' -> {
                    if (captures) {
                        throw new Unknown();
                    }
                }
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

    private Piece named(String name) {
        if (names.contains(name)) {
            throw new Unknown();
        }
        int slot = names.size() * 2;
        names.add(name);
        int from = add(Kind.SAVE, slot, 0);
        var piece = inside();
        nodes.get(from).next = piece.start;
        int to = add(Kind.SAVE, slot + 1L, 0);
        join(piece, to);
        return new Piece(from, List.of(to << 1));
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
    /// U+212A of `k`).
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
