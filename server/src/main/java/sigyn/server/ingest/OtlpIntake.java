package sigyn.server.ingest;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sigyn.server.config.OtlpMapping;
import sigyn.server.config.OtlpMapping.Action;
import sigyn.server.ingest.OtlpLogs.Attribute;
import sigyn.server.ingest.OtlpLogs.Log;
import sigyn.server.ingest.OtlpLogs.Scope;
import sigyn.server.ingest.OtlpLogs.Value;

/// Turns OpenTelemetry's logs into entries: some resource attributes become stream labels, all else structured
/// metadata, as the tenant's `otlp_config` says.
final class OtlpIntake {
    private final Intake intake;
    private final OtlpMapping mapping;

    OtlpIntake(Intake intake) {
        this.intake = intake;
        this.mapping = intake.limits().otlp();
    }

    void accept(OtlpLogs logs) {
        for (var resource : logs.resources()) {
            var labels = new TreeMap<String, String>();
            var metadata = new LinkedHashMap<String, String>();
            for (var attribute : resource.attributes()) {
                put(
                        attribute,
                        mapping.resource(),
                        mapping.resourceLabels().contains(attribute.key()),
                        labels,
                        metadata);
            }
            for (var scope : resource.scopes()) {
                scope(scope, labels, metadata);
            }
        }
    }

    private void scope(Scope scope, TreeMap<String, String> labels, Map<String, String> resourceMetadata) {
        var metadata = new LinkedHashMap<>(resourceMetadata);
        for (var attribute : scope.attributes()) {
            put(attribute, mapping.scope(), false, null, metadata);
        }
        putText(metadata, "scope_name", scope.name());
        putText(metadata, "scope_version", scope.version());
        if (scope.dropped() > 0) {
            metadata.put("scope_dropped_attributes_count", Long.toString(scope.dropped()));
        }
        intake.sawStream();
        boolean begun = false;
        for (var log : scope.logs()) {
            var own = new TreeMap<>(labels);
            var all = new LinkedHashMap<>(metadata);
            log(log, own, all);
            if (!begun || own.size() != labels.size()) {
                intake.begin(own);
                begun = own.size() == labels.size();
            }
            byte[] line = log.body().text().getBytes(StandardCharsets.UTF_8);
            long time = log.time() != 0 ? log.time() : log.observedTime() != 0 ? log.observedTime() : intake.now();
            intake.entry(time, line, 0, line.length, all);
        }
    }

    private void log(Log log, Map<String, String> labels, Map<String, String> metadata) {
        for (var attribute : log.attributes()) {
            put(attribute, mapping.log(), false, labels, metadata);
        }
        if (log.time() != 0 && log.observedTime() != 0) {
            metadata.put("observed_timestamp", Long.toString(log.observedTime()));
        }
        if (log.severityNumber() != 0) {
            metadata.put("severity_number", Integer.toString(log.severityNumber()));
        }
        if (mapping.severityTextAsLabel() && !log.severityText().isEmpty()) {
            labels.put("severity_text", log.severityText());
        } else {
            putText(metadata, "severity_text", log.severityText());
        }
        if (log.dropped() > 0) {
            metadata.put("dropped_attributes_count", Long.toString(log.dropped()));
        }
        if (log.flags() != 0) {
            metadata.put("flags", Long.toString(log.flags()));
        }
        putText(metadata, "trace_id", log.traceId());
        putText(metadata, "span_id", log.spanId());
    }

    private static void putText(Map<String, String> metadata, String name, String value) {
        if (!value.isEmpty()) {
            metadata.put(name, value);
        }
    }

    private void put(
            Attribute attribute,
            List<OtlpMapping.Rule> rules,
            boolean labelByDefault,
            @org.jspecify.annotations.Nullable Map<String, String> labels,
            Map<String, String> metadata) {
        var action = labelByDefault ? Action.INDEX_LABEL : Action.STRUCTURED_METADATA;
        for (var rule : rules) {
            if (rule.applies(attribute.key())) {
                action = rule.action();
                break;
            }
        }
        switch (action) {
            case DROP -> {}
            case INDEX_LABEL -> flatten(attribute.key(), attribute.value(), labels == null ? metadata : labels);
            case STRUCTURED_METADATA -> flatten(attribute.key(), attribute.value(), metadata);
        }
    }

    /// Maps become one name per leaf, joined with `_`; lists are JSON.
    private static void flatten(String name, Value value, Map<String, String> into) {
        if (value instanceof Value.Fields map) {
            for (var field : map.fields()) {
                flatten(name + "_" + field.key(), field.value(), into);
            }
            return;
        }
        String text = value.text();
        if (!text.isEmpty()) {
            into.put(MetadataName.normalize(name), text);
        }
    }
}
