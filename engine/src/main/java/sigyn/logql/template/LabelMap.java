package sigyn.logql.template;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The labels a template is run on: a missing one is the empty text.
public final class LabelMap extends AbstractMap<String, String> {
    private final TreeMap<String, String> labels;

    public LabelMap(TreeMap<String, String> labels) {
        this.labels = labels;
    }

    @Override
    public String get(Object name) {
        return labels.getOrDefault(name, "");
    }

    @Override
    public Set<Map.Entry<String, String>> entrySet() {
        return labels.entrySet();
    }
}
