package sigyn.logql.stage;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sigyn.logql.ast.LabelFilter;
import sigyn.logql.ast.Stage;

/// Label filters that parsers ask as soon as they have found the label, so that they need not read on. Only filters of
/// a single label count; of several on one label, the first. As in Loki a filter is asked wherever in the pipeline it
/// stands, also behind a `drop` of its label. For one thread.
final class EarlyFilters {
    private final Map<String, LabelFilterStage> filters = new HashMap<>();

    EarlyFilters(List<Stage> stages) {
        for (var stage : stages) {
            if (stage instanceof Stage.Filter filter) {
                add(filter.filter());
            }
        }
    }

    private void add(LabelFilter filter) {
        switch (filter) {
            case LabelFilter.Text text -> put(text.matcher().name(), filter);
            case LabelFilter.Numeric number -> put(number.name(), filter);
            case LabelFilter.Duration duration -> put(duration.name(), filter);
            case LabelFilter.Bytes bytes -> put(bytes.name(), filter);
            case LabelFilter.Ip ip -> put(ip.name(), filter);
            case LabelFilter.And _, LabelFilter.Or _ -> {}
        }
    }

    private void put(String name, LabelFilter filter) {
        if (!filters.containsKey(name)) {
            filters.put(name, new LabelFilterStage(filter));
        }
    }

    /// False when the label that was just set makes a filter drop the row.
    boolean allow(String name, Row row) {
        if (filters.isEmpty()) {
            return true;
        }
        var filter = filters.get(name);
        return filter == null || filter.process(row);
    }
}
