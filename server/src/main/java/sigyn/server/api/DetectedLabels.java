package sigyn.server.api;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.LogReader;

/// The labels of streams that are worth filtering by, with their values.
public final class DetectedLabels {
    private static final Set<String> ALWAYS = Set.of("cluster", "namespace", "instance", "pod");
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private DetectedLabels() {}

    public static SortedMap<String, Set<String>> of(
            LogReader reader, List<Tenant> tenants, List<LabelMatcher> matchers, TimeRange range) {
        var values = new TreeMap<String, Set<String>>();
        for (var part : TenantPart.of(tenants, matchers)) {
            for (Labels labels : reader.series(part.tenant(), range, part.matchers())) {
                for (int i = 0; i < labels.size(); i++) {
                    values.computeIfAbsent(labels.name(i), _ -> new TreeSet<>()).add(labels.value(i));
                }
            }
        }
        values.entrySet()
                .removeIf(e -> e.getKey().startsWith("__") || !ALWAYS.contains(e.getKey()) && isNoise(e.getValue()));
        return values;
    }

    /// All numbers, or all UUIDs; zeros and ones alone are worth showing.
    private static boolean isNoise(Set<String> values) {
        if (Set.of("0", "1").containsAll(values)) {
            return false;
        }
        return values.stream().allMatch(DetectedLabels::isNumber)
                || values.stream().allMatch(UUID::matches);
    }

    private static boolean isNumber(String text) {
        try {
            Double.parseDouble(text);
            return !text.isBlank();
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
