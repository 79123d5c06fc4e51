package sigyn.logql.exec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.Grouping;
import sigyn.logql.stage.Needs;
import sigyn.logql.stage.Row;
import sigyn.model.Labels;

/// Which group the rows of a stream count for, when nothing but the labels of streams decides: numbers for storage to
/// count by. For one thread.
///
/// @param <S> what is known of a group
final class StreamCount<S> {
    private final @Nullable Grouping grouping;
    private final Needs needs;
    private final Function<Labels, S> groupFor;
    private final Map<S, Integer> numbers = new HashMap<>();
    private final List<S> groups = new java.util.ArrayList<>();

    /// @param groupFor the group of a label set, the same object for equal ones
    StreamCount(@Nullable Grouping grouping, Needs needs, Function<Labels, S> groupFor) {
        this.grouping = grouping;
        this.needs = needs;
        this.groupFor = groupFor;
    }

    /// True when metadata of this key would be part of a group.
    boolean matters(String key) {
        return needs.wants(key) || needs.wants(key + Row.EXTRACTED);
    }

    int numberOf(Labels stream) {
        var group = groupFor.apply(grouping == null ? stream : VectorRun.groupLabels(grouping, stream));
        Integer known = numbers.putIfAbsent(group, groups.size());
        if (known != null) {
            return known;
        }
        groups.add(group);
        return groups.size() - 1;
    }

    S group(int number) {
        return groups.get(number);
    }
}
