package sigyn.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the named groups of a regular expression match in all lines of a [LineShape], found by one walk for all of
/// them: the threads of a Pike machine, in order of preference, go through static bytes one by one and through a
/// variable byte by byte until nothing changes any more, or its length is reached.
///
/// A thread whose set has some of a variable's bytes and not others may go on or not. It is followed without its
/// groups; if it gets to the end of the expression, and no thread preferred to it has, lines may differ. So they may
/// when variables of different lengths lead to different threads, and when a group begins or ends within a variable.
///
/// Lines are ASCII; expressions with `\b` and with loops around what may be empty are not known. Threads may share one.
public final class CaptureFinder {
    /// No line has a match.
    public static final int[] NOTHING = {};

    private static final int INSIDE = -2;
    private static final int LONGEST = 64;
    private static final int MAX_NODES = 400;

    private final AsciiProgram.Node[] nodes;
    private final int start;
    private final List<String> names;

    private CaptureFinder(AsciiProgram.Compiled program) {
        nodes = program.nodes();
        start = program.start();
        names = program.names();
    }

    /// The finder of a correct expression in RE2's syntax, or null when it uses what is not known here.
    public static @Nullable CaptureFinder of(String regex) {
        var program = AsciiProgram.capturing(regex);
        if (program == null || program.nodes().length > MAX_NODES) {
            return null;
        }
        for (var node : program.nodes()) {
            boolean edge = node.kind == AsciiProgram.Kind.WORD_EDGE || node.kind == AsciiProgram.Kind.NO_WORD_EDGE;
            if (edge) {
                return null;
            }
        }
        return new CaptureFinder(program);
    }

    /// The names of the groups, in the order in which they begin in the expression.
    public List<String> names() {
        return names;
    }

    /// Where each group begins and ends, as places in the shape, -1 for a group without a part in the match; [#NOTHING]
    /// when no line matches; null when lines may differ.
    public int @Nullable [] find(LineShape shape) {
        var now = new Threads(nodes.length);
        now.begin(0, shape.length() == 0);
        for (int at = 0; at < shape.length() && !now.over(); at++) {
            boolean last = at == shape.length() - 1;
            int symbol = shape.symbols()[at];
            if (symbol > 127) {
                return null;
            }
            var then = symbol >= 0
                    ? now.step(bit(symbol, 0), bit(symbol, 64), at + 1, last)
                    : now.through(shape.variables().get(-1 - symbol), at + 1, last);
            if (then == null) {
                return null;
            }
            now = then;
        }
        if (now.unsure) {
            return null;
        }
        int[] found = now.matched;
        if (found == null) {
            return NOTHING;
        }
        for (int place : found) {
            if (place == INSIDE) {
                return null;
            }
        }
        return found;
    }

    private static long bit(int symbol, int from) {
        return symbol >= from && symbol < from + 64 ? 1L << (symbol - from) : 0;
    }

    /// A thread that waits for a byte, and what it has noted.
    private record Way(int node, int[] places) {
        boolean isLike(Way other) {
            return node == other.node && Arrays.equals(places, other.places);
        }
    }

    /// The threads between two bytes.
    private final class Threads {
        final List<Way> sure = new ArrayList<>();
        /// For each node how many sure threads are preferred to one that may be there; [Integer#MAX_VALUE] for none.
        final int[] possible;

        int @Nullable [] matched;
        boolean unsure;
        private boolean hasPossible;
        private final boolean[] visited;
        private final boolean[] mayVisit;

        Threads(int nodes) {
            possible = new int[nodes];
            Arrays.fill(possible, Integer.MAX_VALUE);
            visited = new boolean[nodes];
            mayVisit = new boolean[nodes];
        }

        boolean over() {
            return unsure || matched != null && sure.isEmpty() && !hasPossible;
        }

        void begin(int place, boolean atEnd) {
            int[] places = new int[names.size() * 2];
            Arrays.fill(places, -1);
            follow(start, places, place, place == 0, atEnd);
        }

        /// Goes on from a node without a byte; true when that leads to the end, so that no other thread counts.
        private boolean follow(int node, int[] places, int place, boolean atStart, boolean atEnd) {
            if (node < 0 || visited[node]) {
                return false;
            }
            visited[node] = true;
            var of = nodes[node];
            return switch (of.kind) {
                case SET -> {
                    sure.add(new Way(node, places));
                    yield false;
                }
                case ACCEPT -> {
                    matched = places;
                    yield true;
                }
                case SPLIT ->
                    follow(of.next, places, place, atStart, atEnd) || follow(of.other, places, place, atStart, atEnd);
                case SAVE -> {
                    int[] noted = places.clone();
                    noted[(int) of.low] = place;
                    yield follow(of.next, noted, place, atStart, atEnd);
                }
                case TEXT_START -> atStart && follow(of.next, places, place, true, atEnd);
                case TEXT_END -> atEnd && follow(of.next, places, place, atStart, true);
                case WORD_EDGE, NO_WORD_EDGE -> throw new AssertionError(of.kind);
            };
        }

        /// The same for a thread that may not be there.
        private void mayFollow(int node, boolean atEnd) {
            if (node < 0 || visited[node] || mayVisit[node]) {
                return;
            }
            mayVisit[node] = true;
            var of = nodes[node];
            switch (of.kind) {
                case SET -> {
                    possible[node] = sure.size();
                    hasPossible = true;
                }
                case ACCEPT -> unsure = true;
                case SPLIT -> {
                    mayFollow(of.next, atEnd);
                    mayFollow(of.other, atEnd);
                }
                case SAVE -> mayFollow(of.next, atEnd);
                case TEXT_START -> {}
                case TEXT_END -> {
                    if (atEnd) {
                        mayFollow(of.next, true);
                    }
                }
                case WORD_EDGE, NO_WORD_EDGE -> throw new AssertionError(of.kind);
            }
        }

        /// The threads behind a byte that is one of a set.
        Threads step(long low, long high, int place, boolean atEnd) {
            var then = new Threads(nodes.length);
            then.matched = matched;
            for (int i = 0; i <= sure.size(); i++) {
                for (int node = 0; hasPossible && node < nodes.length; node++) {
                    var of = nodes[node];
                    if (possible[node] == i && ((of.low & low) != 0 || (of.high & high) != 0)) {
                        then.mayFollow(of.next, atEnd);
                    }
                }
                if (i == sure.size() || then.unsure) {
                    break;
                }
                var thread = sure.get(i);
                var of = nodes[thread.node];
                boolean none = (of.low & low) == 0 && (of.high & high) == 0;
                boolean all = (~of.low & low) == 0 && (~of.high & high) == 0;
                if (all && then.follow(of.next, thread.places, place, false, atEnd)) {
                    return then;
                }
                if (!all && !none) {
                    then.mayFollow(of.next, atEnd);
                }
            }
            if (then.matched == null && !then.unsure) {
                then.begin(place, atEnd);
            }
            return then;
        }

        /// The threads behind a variable; null when they depend on how long it is.
        @Nullable
        Threads through(LineShape.Variable variable, int place, boolean atEnd) {
            Threads inside = this;
            Threads behind = null;
            for (int n = 1; n <= LONGEST; n++) {
                var end = inside.step(variable.low(), variable.high(), place, atEnd);
                if (n >= variable.least()) {
                    if (behind != null && !behind.join(end)) {
                        return null;
                    }
                    behind = behind == null ? end : behind;
                }
                if (n == variable.most()) {
                    return behind;
                }
                var next = inside.step(variable.low(), variable.high(), INSIDE, false);
                if (next.isLike(inside)) {
                    return behind == null ? end : behind;
                }
                if (next.unsure) {
                    return null;
                }
                inside = next;
            }
            return null;
        }

        private boolean isLike(Threads other) {
            return sameSure(other) && Arrays.equals(possible, other.possible);
        }

        private boolean sameSure(Threads other) {
            if (sure.size() != other.sure.size() || unsure != other.unsure || !Arrays.equals(matched, other.matched)) {
                return false;
            }
            for (int i = 0; i < sure.size(); i++) {
                if (!sure.get(i).isLike(other.sure.get(i))) {
                    return false;
                }
            }
            return true;
        }

        /// Takes in what else may be; false when the others are surely unlike these.
        private boolean join(Threads others) {
            if (!sameSure(others)) {
                return false;
            }
            hasPossible |= others.hasPossible;
            for (int node = 0; node < possible.length; node++) {
                possible[node] = Math.min(possible[node], others.possible[node]);
            }
            return true;
        }
    }
}
