package sigyn.model;

import java.util.ArrayDeque;
import java.util.Deque;

/// How large a regular expression becomes when its counted repetitions are written out, found before it is compiled.
/// Go's limits: 1000 repetitions along any path through nested counts, 1000 levels of groups; and one of ours on the
/// size of the program.
final class RegexSize {
    private static final int MAX_REPEAT = 1000;
    private static final int MAX_DEPTH = 1000;
    private static final long MAX_SIZE = 400_000;

    /// What stands in a pair of parentheses.
    private static final class Group {
        private long size;
        private long repeat = 1;
        /// Of the last atom, which a count behind it applies to.
        private long atomSize;

        private long atomRepeat = 1;

        private void atom(long newSize, long newRepeat) {
            atomSize = newSize;
            atomRepeat = newRepeat;
            size += newSize;
            repeat = Math.max(repeat, newRepeat);
        }
    }

    private final String regex;
    private final Deque<Group> groups = new ArrayDeque<>();
    private int at;

    private RegexSize(String regex) {
        this.regex = regex;
    }

    static void check(String regex) {
        if (regex.indexOf('{') >= 0 || regex.length() > MAX_DEPTH) {
            new RegexSize(regex).walk();
        }
    }

    private void walk() {
        groups.push(new Group());
        while (at < regex.length()) {
            var group = groups.getFirst();
            char c = regex.charAt(at);
            switch (c) {
                case '\\' -> {
                    boolean quotes = regex.startsWith("Q", at + 1);
                    int end = quotes ? regex.indexOf("\\E", at) : at + 2;
                    int next = end < 0 ? regex.length() : quotes ? end + 2 : end;
                    group.atom(quotes ? next - at : 1, 1);
                    at = next;
                }
                case '[' -> bracket();
                case '(' -> {
                    groups.push(new Group());
                    if (groups.size() > MAX_DEPTH) {
                        throw GoRegex.refused("expression nests too deeply", regex, null);
                    }
                    at++;
                }
                case ')' -> {
                    if (groups.size() > 1) {
                        var inner = groups.pop();
                        groups.getFirst().atom(inner.size + 2, inner.repeat);
                    }
                    at++;
                }
                case '{' -> count(group);
                case '*', '+', '?' -> at++;
                default -> {
                    group.atom(1, 1);
                    at++;
                }
            }
            if (groups.getFirst().size > MAX_SIZE) {
                throw GoRegex.refused("expression too large", regex, null);
            }
        }
    }

    private void bracket() {
        int i = at + 1;
        if (regex.startsWith("^", i)) {
            i++;
        }
        if (regex.startsWith("]", i)) {
            i++;
        }
        while (i < regex.length() && regex.charAt(i) != ']') {
            if (regex.startsWith("[:", i)) {
                int end = regex.indexOf(":]", i);
                i = end < 0 ? i + 1 : end + 2;
            } else {
                i += regex.charAt(i) == '\\' ? 2 : 1;
            }
        }
        groups.getFirst().atom(1, 1);
        at = i + 1;
    }

    /// `{n}`, `{n,}` or `{n,m}`; anything else is plain text.
    private void count(Group group) {
        int end = regex.indexOf('}', at);
        String inside = end < 0 ? "" : regex.substring(at + 1, end);
        if (!inside.matches("[0-9]{1,9}(,[0-9]{0,9})?")) {
            group.atom(1, 1);
            at++;
            return;
        }
        int most = 0;
        for (String number : inside.split(",")) {
            most = Math.max(most, Integer.parseInt(number));
        }
        long repeat = group.atomRepeat * Math.max(1, most);
        if (most > MAX_REPEAT || most >= 2 && repeat > MAX_REPEAT) {
            throw GoRegex.refused("invalid repeat count", "{" + inside + "}", null);
        }
        group.size += group.atomSize * (Math.max(1, most) - 1L);
        group.atomSize *= Math.max(1, most);
        group.atomRepeat = repeat;
        group.repeat = Math.max(group.repeat, repeat);
        at = end + 1;
    }
}
