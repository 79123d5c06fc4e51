package sigyn.server.dashboards.alert;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The labels and annotations of an alert, with what a rule's templates name filled in: `{{ $labels.x }}`, `{{
/// $values.A.Value }}`, `{{ $values.A }}`, `{{ $value }}`. Anything else between braces stays as it is written.
final class Texts {
    private static final Pattern TEMPLATE = Pattern.compile("\\{\\{-?\\s*(?:\\$labels\\.(?<label>\\w+)"
            + "|\\$values\\.(?<ref>\\w+)(?:\\.Value)?|(?<value>\\$value))\\s*-?}}");

    private Texts() {}

    static Instance named(Rule rule, String folder, Instance instance) {
        return named(rule, folder, instance, "");
    }

    static Instance named(Rule rule, String folder, Instance instance, String error) {
        var labels = new TreeMap<>(instance.series());
        rule.labels().forEach((name, text) -> labels.put(name, filled(text, instance)));
        labels.putIfAbsent("alertname", rule.title());
        labels.put("grafana_folder", folder);
        labels.put("__alert_rule_uid__", rule.uid());
        var annotations = new TreeMap<String, String>();
        rule.annotations().forEach((name, text) -> annotations.put(name, filled(text, instance)));
        if (!error.isEmpty()) {
            annotations.put("Error", error);
        }
        return instance.named(labels, annotations);
    }

    private static String filled(String text, Instance instance) {
        return TEMPLATE.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1), match.group(2), instance)));
    }

    private static String value(@Nullable String label, @Nullable String ref, Instance instance) {
        if (label != null) {
            return instance.series().getOrDefault(label, "");
        }
        if (ref != null) {
            Double number = instance.values().get(ref);
            return number == null ? "" : number(number);
        }
        return values(instance);
    }

    /// `[ var='A' labels={service=x} value=12 ], …`.
    static String values(Instance instance) {
        String labels = instance.series().entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(", "));
        return instance.values().entrySet().stream()
                .map(value -> "[ var='" + value.getKey() + "' labels={" + labels + "} value=" + number(value.getValue())
                        + " ]")
                .collect(Collectors.joining(", "));
    }

    /// Whole numbers without a point.
    static String number(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    /// Without what is written between double underscores, which is for machines.
    static SortedMap<String, String> visible(Map<String, String> texts) {
        var visible = new TreeMap<String, String>();
        texts.forEach((name, text) -> {
            if (!(name.startsWith("__") && name.endsWith("__"))) {
                visible.put(name, text);
            }
        });
        return visible;
    }
}
