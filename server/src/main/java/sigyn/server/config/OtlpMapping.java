package sigyn.server.config;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sigyn.model.GoRegex;
import sigyn.model.SigynException;

/// Where the attributes of OpenTelemetry logs go: a stream label, structured metadata, or nowhere.
///
/// @param severityTextAsLabel true: the severity's text is a stream label
public record OtlpMapping(
        Set<String> resourceLabels,
        List<Rule> resource,
        List<Rule> scope,
        List<Rule> log,
        boolean severityTextAsLabel) {
    public enum Action {
        INDEX_LABEL,
        STRUCTURED_METADATA,
        DROP
    }

    /// Applies to attributes named, or whose whole name the expression matches.
    public record Rule(Action action, Set<String> names, Optional<Pattern> regex) {
        public boolean applies(String name) {
            return names.contains(name) || regex.map(r -> r.matches(name)).orElse(false);
        }
    }

    public static final OtlpMapping DEFAULT = new OtlpMapping(
            new LinkedHashSet<>(List.of(
                    "service.name",
                    "service.namespace",
                    "service.instance.id",
                    "deployment.environment",
                    "deployment.environment.name",
                    "cloud.region",
                    "cloud.availability_zone",
                    "k8s.cluster.name",
                    "k8s.namespace.name",
                    "k8s.pod.name",
                    "k8s.container.name",
                    "container.name",
                    "k8s.replicaset.name",
                    "k8s.deployment.name",
                    "k8s.statefulset.name",
                    "k8s.daemonset.name",
                    "k8s.cronjob.name",
                    "k8s.job.name")),
            List.of(),
            List.of(),
            List.of(),
            false);

    public OtlpMapping {
        resourceLabels = Set.copyOf(resourceLabels);
        resource = List.copyOf(resource);
        scope = List.copyOf(scope);
        log = List.copyOf(log);
    }

    static OtlpMapping read(Section s, OtlpMapping base) {
        var resource = s.section("resource_attributes");
        return new OtlpMapping(
                resource.flag("ignore_defaults", false) ? Set.of() : base.resourceLabels,
                resource.has("attributes_config") ? rules(resource, "attributes_config") : base.resource,
                s.has("scope_attributes") ? rules(s, "scope_attributes") : base.scope,
                s.has("log_attributes") ? rules(s, "log_attributes") : base.log,
                s.flag("severity_text_as_label", base.severityTextAsLabel));
    }

    OtlpMapping withResourceLabels(List<String> names) {
        return new OtlpMapping(new LinkedHashSet<>(names), resource, scope, log, severityTextAsLabel);
    }

    private static List<Rule> rules(Section s, String key) {
        var rules = new ArrayList<Rule>();
        for (var item : s.sections(key)) {
            var action = switch (item.text("action", "structured_metadata")) {
                case "index_label" -> Action.INDEX_LABEL;
                case "structured_metadata" -> Action.STRUCTURED_METADATA;
                case "drop" -> Action.DROP;
                default ->
                    throw new ConfigException(
                            "otlp_config." + key + ": action: expected index_label, structured_metadata or drop");
            };
            String regex = item.text("regex");
            rules.add(new Rule(
                    action,
                    new LinkedHashSet<>(item.list("attributes", List.of())),
                    regex == null ? Optional.empty() : Optional.of(compile(regex, key))));
        }
        return rules;
    }

    private static Pattern compile(String regex, String key) {
        try {
            return GoRegex.compile(regex);
        } catch (SigynException e) {
            throw new ConfigException("otlp_config." + key + ": regex: " + e.getMessage());
        }
    }
}
