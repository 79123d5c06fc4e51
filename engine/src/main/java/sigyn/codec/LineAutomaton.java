package sigyn.codec;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells whether a regular expression finds a match in a line: a deterministic automaton that is made state by state,
/// as lines ask for them. It knows ASCII: a byte beyond it leads to [#UNSURE] unless the match was found before, and so
/// do expressions that need too many states; then somebody else has to look. Threads may share one.
///
/// A line is walked from [#START] by [#walk], piece by piece if need be, and closed with [#end].
public final class LineAutomaton {
    /// A match was found; nothing that follows can change that.
    public static final int FOUND = 1;

    /// The automaton cannot tell.
    public static final int UNSURE = 2;

    public static final int START = 3;

    private static final int MAX_STATES = 512;
    /// Nodes in all states together.
    private static final int MAX_HELD = 200_000;

    private static final int MAX_KEPT = 32;
    private static final Map<String, LineAutomaton> KEPT = new LinkedHashMap<>(64, 0.75f, true);

    /// Nodes to go on from, before splits and edges are followed, and what is known of the byte before.
    private record State(int[] nodes, boolean afterWord, boolean atStart) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof State(int[] n, boolean w, boolean s)
                    && afterWord == w
                    && atStart == s
                    && Arrays.equals(nodes, n);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(nodes) * 4 + (afterWord ? 2 : 0) + (atStart ? 1 : 0);
        }
    }

    private final AsciiProgram.Node[] nodes;
    private final int start;
    /// For each state its successors by byte, and behind them the outcome at the end of a line. Zero is not known yet.
    /// Entries are written under the monitor; a thread that does not see one yet finds it again under the monitor.
    private final int[][] next = new int[MAX_STATES][];

    // guarded by the monitor
    private final State[] states = new State[MAX_STATES];
    private final Map<State, Integer> numbers = new HashMap<>();
    private final boolean[] reached;
    private int count = START;
    private int held;

    private LineAutomaton(AsciiProgram.Compiled program) {
        nodes = program.nodes();
        start = program.start();
        reached = new boolean[nodes.length];
        next[FOUND] = filled(FOUND);
        next[UNSURE] = filled(UNSURE);
        number(new State(new int[] {start}, false, true));
    }

    private static int[] filled(int state) {
        int[] all = new int[129];
        Arrays.fill(all, state);
        return all;
    }

    /// The automaton of a correct expression in RE2's syntax, or null when it uses what automata do not know.
    public static @Nullable LineAutomaton of(String regex) {
        synchronized (KEPT) {
            var known = KEPT.get(regex);
            if (known != null) {
                return known;
            }
        }
        var program = AsciiProgram.compile(regex);
        if (program == null) {
            return null;
        }
        var made = new LineAutomaton(program);
        synchronized (KEPT) {
            KEPT.put(regex, made);
            if (KEPT.size() > MAX_KEPT) {
                KEPT.remove(KEPT.keySet().iterator().next());
            }
        }
        return made;
    }

    /// The state behind some bytes of a line.
    public int walk(int from, byte[] bytes, int at, int end) {
        int state = from;
        for (int i = at; i < end && state > UNSURE; i++) {
            int b = bytes[i];
            if (b < 0) {
                return UNSURE;
            }
            int[] successors = next[state];
            int to = successors == null ? 0 : successors[b];
            state = to == 0 ? find(state, b) : to;
        }
        return state;
    }

    /// [#FOUND], [#UNSURE], or another number when there is no match in the line that ends here.
    public int end(int state) {
        int[] successors = next[state];
        int to = successors == null ? 0 : successors[128];
        return to == 0 ? find(state, 128) : to;
    }

    private synchronized int find(int state, int b) {
        int[] successors = next[state];
        if (successors == null) {
            successors = new int[129];
            next[state] = successors;
        }
        if (successors[b] == 0) {
            successors[b] = step(states[state], b);
        }
        return successors[b];
    }

    private int step(State from, int b) {
        Arrays.fill(reached, false);
        boolean edge = from.afterWord != (b < 128 && AsciiSet.isWord(b));
        for (int node : from.nodes) {
            if (follow(node, from.atStart, b == 128, edge)) {
                return FOUND;
            }
        }
        if (b == 128) {
            return START;
        }
        int[] to = new int[nodes.length + 1];
        int n = 0;
        boolean hasStart = false;
        for (int i = 0; i < reached.length; i++) {
            if (reached[i] && nodes[i].kind == AsciiProgram.Kind.SET && nodes[i].has(b)) {
                to[n++] = nodes[i].next;
                hasStart |= nodes[i].next == start;
            }
        }
        if (!hasStart) {
            to[n++] = start;
        }
        int[] sorted = Arrays.stream(to, 0, n).distinct().sorted().toArray();
        return number(new State(sorted, AsciiSet.isWord(b), false));
    }

    /// Marks what can be reached without a byte; true when that is the end.
    private boolean follow(int first, boolean atStart, boolean atEnd, boolean edge) {
        var open = new ArrayDeque<Integer>();
        open.push(first);
        while (!open.isEmpty()) {
            int at = open.pop();
            if (at < 0 || reached[at]) {
                continue;
            }
            reached[at] = true;
            var node = nodes[at];
            boolean passes = switch (node.kind) {
                case SPLIT, SAVE -> true;
                case TEXT_START -> atStart;
                case TEXT_END -> atEnd;
                case WORD_EDGE -> edge;
                case NO_WORD_EDGE -> !edge;
                case SET, ACCEPT -> false;
            };
            if (node.kind == AsciiProgram.Kind.ACCEPT) {
                return true;
            }
            if (passes) {
                open.push(node.next);
                open.push(node.other);
            }
        }
        return false;
    }

    private int number(State state) {
        Integer known = numbers.get(state);
        if (known != null) {
            return known;
        }
        held += state.nodes.length;
        if (count == MAX_STATES || held > MAX_HELD) {
            return UNSURE;
        }
        states[count] = state;
        numbers.put(state, count);
        return count++;
    }
}
