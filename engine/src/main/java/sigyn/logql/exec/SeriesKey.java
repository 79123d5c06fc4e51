package sigyn.logql.exec;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.Grouping;
import sigyn.logql.stage.Row;
import sigyn.model.Labels;

/// Finds the series that a row belongs to, by all its labels or by those of a grouping. Most rows find theirs in a
/// small direct-mapped cache, without making a label set. For one thread.
final class SeriesKey<S> {
    private static final int SLOTS = 4096;

    private final @Nullable Grouping grouping;
    private final String[] by;
    private final Function<Labels, S> make;
    private final Map<Labels, S> series = new HashMap<>();
    private final @Nullable Object[] cachedPairs = new Object[SLOTS];
    private final @Nullable Object[] cachedSeries = new Object[SLOTS];
    private String[] pairs = filled(64);
    private int used;

    /// @param make is called once for each new series
    SeriesKey(@Nullable Grouping grouping, Function<Labels, S> make) {
        this.grouping = grouping;
        this.make = make;
        this.by = grouping == null || grouping.without()
                ? new String[0]
                : grouping.names().stream().distinct().sorted().toArray(String[]::new);
    }

    Map<Labels, S> all() {
        return series;
    }

    S of(Row row) {
        used = 0;
        if (grouping != null && !grouping.without() && !row.hasError()) {
            for (String name : by) {
                String value = row.get(name);
                if (value != null) {
                    add(name, value);
                }
            }
        } else {
            List<String> without = grouping == null || row.hasError() ? List.of() : grouping.names();
            row.each((name, value) -> {
                if (!without.contains(name)) {
                    insert(name, value);
                }
            });
        }
        return find();
    }

    /// The series of some labels; `names` ascend, an absent label has no value.
    S of(String[] names, @Nullable String[] values) {
        used = 0;
        for (int i = 0; i < names.length; i++) {
            String value = values[i];
            if (value != null) {
                add(names[i], value);
            }
        }
        return find();
    }

    /// The series of a label set.
    S of(Labels labels) {
        used = 0;
        for (int i = 0; i < labels.size(); i++) {
            add(labels.name(i), labels.value(i));
        }
        return find();
    }

    private static String[] filled(int n) {
        var pairs = new String[n];
        Arrays.fill(pairs, "");
        return pairs;
    }

    private void add(String name, String value) {
        if (used + 2 > pairs.length) {
            var longer = filled(used * 2);
            System.arraycopy(pairs, 0, longer, 0, used);
            pairs = longer;
        }
        pairs[used++] = name;
        pairs[used++] = value;
    }

    /// Keeps the names in order.
    private void insert(String name, String value) {
        add(name, value);
        int at = used - 2;
        while (at > 0 && pairs[at - 2].compareTo(name) > 0) {
            pairs[at] = pairs[at - 2];
            pairs[at + 1] = pairs[at - 1];
            at -= 2;
        }
        pairs[at] = name;
        pairs[at + 1] = value;
    }

    @SuppressWarnings("unchecked")
    private S find() {
        int hash = 1;
        for (int i = 0; i < used; i++) {
            hash = hash * 31 + pairs[i].hashCode();
        }
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        Object cached = cachedSeries[slot];
        if (cached != null
                && cachedPairs[slot] instanceof String[] known
                && Arrays.equals(known, 0, known.length, pairs, 0, used)) {
            return (S) cached;
        }
        String[] mine = Arrays.copyOf(pairs, used);
        var labels = Labels.ofSorted(mine);
        S found = series.get(labels);
        if (found == null) {
            found = make.apply(labels);
            series.put(labels, found);
        }
        cachedPairs[slot] = mine;
        cachedSeries[slot] = found;
        return found;
    }
}
