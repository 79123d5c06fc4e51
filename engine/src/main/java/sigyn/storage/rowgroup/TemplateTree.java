package sigyn.storage.rowgroup;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sigyn.codec.Bytes;

/// Templates of lines that [Tokenizer] has split, as a tree: a line of a known template is split by comparing its
/// static text, without a look for runs in it.
///
/// A node is a place in a line, its start or the end of a token. An edge is the static text from there to the next
/// token or to the end of the line. Which bytes are static depends on nothing but the runs they are in, so text that
/// was static once is static wherever it stands between the same ends. The exception are names of months, which may
/// begin a timestamp in another line.
final class TemplateTree {
    /// Edges of the tree and of one node at most: lines of more templates are split byte by byte.
    static final int MOST = 1 << 12;

    static final int MOST_OF_ONE = 32;

    /// Most static bytes in the tree.
    static final int MOST_BYTES = 1 << 20;

    static final class Node {
        private @Nullable Edge first;
        /// How many bytes all texts have in common at their start; an edge's key are up to eight behind those.
        private int keyAt;

        /// The edges whose text may stand at `b[at]` begin with this one; see [#next].
        @Nullable
        Edge first(byte[] b, int at) {
            return matching(first, b, at);
        }

        @Nullable
        Edge next(Edge edge, byte[] b, int at) {
            return matching(edge.next, b, at);
        }

        private @Nullable Edge matching(@Nullable Edge from, byte[] b, int at) {
            long here = Runs.eight(b, at + keyAt);
            var edge = from;
            while (edge != null && ((edge.key ^ here) & edge.keyMask) != 0) {
                edge = edge.next;
            }
            return edge;
        }

        private void add(Edge edge) {
            if (first == null) {
                keyAt = edge.text.length;
            } else {
                int common = Arrays.mismatch(first.text, edge.text);
                keyAt = common < 0 ? keyAt : Math.min(keyAt, common);
            }
            edge.next = first;
            first = edge;
            for (var each = first; each != null; each = each.next) {
                each.setKey(keyAt);
            }
        }
    }

    static final class Edge {
        final byte[] text;
        /// How many bytes before the token belong to its run, and their classes.
        final int inRun;

        final int inRunMask;
        /// Where names of months with a blank behind them are in the text.
        final int[] months;
        /// The template of a line that ends here; -1 when a token follows.
        final int template;

        private @Nullable Edge next;
        private @Nullable Branch branches;
        private long key;
        private long keyMask;

        private Edge(byte[] text, int template) {
            this.text = text;
            this.template = template;
            inRun = template < 0 ? runAtEnd(text) : 0;
            months = months(text);
            inRunMask = CharClass.mask(text, text.length - inRun, inRun);
        }

        private void setKey(int at) {
            int length = Math.min(8, text.length - at);
            keyMask = length == 8 ? -1 : (1L << length * 8) - 1;
            key = Runs.eight(text, at) & keyMask;
        }

        /// True when the text stands at `b[at]` and, if it is a line's last, ends at `end`.
        boolean isAt(byte[] b, int at, int end) {
            int n = text.length;
            int rest = end - at;
            if (template < 0 ? rest <= n : rest != n) {
                return false;
            }
            return Bytes.equal(text, 0, b, at, n);
        }

        /// Where to go on behind a token of a kind.
        @Nullable
        Node behind(int kind) {
            for (var branch = branches; branch != null; branch = branch.next) {
                if (branch.kind == kind) {
                    return branch.node;
                }
            }
            return null;
        }
    }

    private record Branch(int kind, Node node, @Nullable Branch next) {}

    private Node root = new Node();
    private int edges;
    private int bytes;

    void clear() {
        root = new Node();
        edges = 0;
        bytes = 0;
    }

    Node root() {
        return root;
    }

    /// Adds the template of a line whose tokens were added last, from entry `firstEntry` on.
    void learn(byte[] b, int from, int end, Tokens tokens, int firstEntry, int template) {
        if (edges + tokens.lineCount >= MOST || !leavesNothing(b, end, tokens, firstEntry)) {
            return;
        }
        var node = root;
        int at = from;
        int entry = firstEntry;
        for (int i = 0; i < tokens.lineCount && node != null; i++) {
            long place = tokens.entry(entry);
            int start = Tokens.start(place);
            node = behind(node, Arrays.copyOfRange(b, at, start), tokens.kinds[i]);
            at = start + Tokens.length(place);
            entry += Tokens.entries(tokens.kinds[i]);
        }
        if (node != null) {
            edge(node, Arrays.copyOfRange(b, at, end), template);
        }
    }

    private @Nullable Node behind(Node node, byte[] text, int kind) {
        var edge = edge(node, text, -1);
        if (edge == null) {
            return null;
        }
        var known = edge.behind(kind);
        if (known != null) {
            return known;
        }
        var added = new Node();
        edge.branches = new Branch(kind, added, edge.branches);
        return added;
    }

    /// Finds or adds an edge; null when the node has too many.
    private @Nullable Edge edge(Node node, byte[] text, int template) {
        int count = 0;
        for (var edge = node.first; edge != null; edge = edge.next) {
            if (edge.template == template && Arrays.equals(edge.text, text)) {
                return edge;
            }
            count++;
        }
        if (count == MOST_OF_ONE || bytes + text.length > MOST_BYTES) {
            return null;
        }
        var added = new Edge(text, template);
        node.add(added);
        edges++;
        bytes += text.length;
        return added;
    }

    private static int runAtEnd(byte[] text) {
        int from = text.length;
        while (from > 0 && CharClass.RUN[text[from - 1] & 0xff] != 0) {
            from--;
        }
        return text.length - from;
    }

    /// False when a joined token ends within a run: what it leaves of that may be a token or not.
    private static boolean leavesNothing(byte[] b, int end, Tokens tokens, int firstEntry) {
        int entry = firstEntry;
        for (int i = 0; i < tokens.lineCount; i++) {
            int at = Tokens.start(tokens.entry(entry)) + Tokens.length(tokens.entry(entry));
            boolean inRun = at < end && CharClass.RUN[b[at] & 0xff] != 0;
            if (inRun && b[at] != 'Z' && Tokens.type(tokens.kinds[i]) != Tokens.VAR) {
                return false;
            }
            entry += Tokens.entries(tokens.kinds[i]);
        }
        return true;
    }

    private static int[] months(byte[] text) {
        int[] found = {};
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            if (CharClass.RUN[text[i] & 0xff] == 0) {
                if (i - start == 3 && text[i] == ' ' && TimestampText.monthAt(text, start) >= 0) {
                    found = Arrays.copyOf(found, found.length + 1);
                    found[found.length - 1] = start;
                }
                start = i + 1;
            }
        }
        return found;
    }
}
