package sigyn.logql.column;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import sigyn.logql.stage.Row;
import sigyn.model.Labels;
import sigyn.storage.port.TemplateRows;

/// Which of the names that matter the streams of a unit have: rows of streams of one class are parsed alike.
final class StreamClasses {
    static final int MAX_NAMES = 60;

    private final String[] names;
    private List<Labels> streams = List.of();
    private long[] known = {};

    /// @param wanted the labels that will be asked for; at most [#MAX_NAMES], with their unsuffixed names
    StreamClasses(Set<String> wanted) {
        names = names(wanted).toArray(String[]::new);
    }

    static Set<String> names(Set<String> wanted) {
        var names = new HashSet<>(wanted);
        for (String name : wanted) {
            if (name.endsWith(Row.EXTRACTED)) {
                names.add(name.substring(0, name.length() - Row.EXTRACTED.length()));
            }
        }
        return names;
    }

    long of(TemplateRows rows, int k) {
        if (rows.streams() != streams) {
            streams = rows.streams();
            known = new long[streams.size()];
        }
        int stream = rows.stream(k);
        if (known[stream] == 0) {
            long names = 0;
            var labels = streams.get(stream);
            for (int i = 0; i < this.names.length; i++) {
                names |= labels.has(this.names[i]) ? 2L << i : 0;
            }
            known[stream] = names | 1;
        }
        return known[stream];
    }

    /// The rows among `chosen` that are of the class of the first, which are all of them as a rule.
    int[] ofFirst(TemplateRows rows, int[] chosen) {
        long first = of(rows, chosen[0]);
        int n = 1;
        while (n < chosen.length && of(rows, chosen[n]) == first) {
            n++;
        }
        if (n == chosen.length) {
            return chosen;
        }
        int[] same = new int[chosen.length];
        int m = 0;
        for (int k : chosen) {
            if (of(rows, k) == first) {
                same[m++] = k;
            }
        }
        return Arrays.copyOf(same, m);
    }

    /// The rows among `chosen` that are not in `some`; both ascend.
    static int[] without(int[] chosen, int[] some) {
        if (some.length == chosen.length) {
            return new int[0];
        }
        int[] rest = new int[chosen.length - some.length];
        int n = 0;
        int at = 0;
        for (int k : chosen) {
            if (at < some.length && some[at] == k) {
                at++;
            } else {
                rest[n++] = k;
            }
        }
        return rest;
    }
}
