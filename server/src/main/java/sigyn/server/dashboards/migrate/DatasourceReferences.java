package sigyn.server.dashboards.migrate;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// Looks whether the data sources a dashboard names are there; a missing one is replaced when only one of its type is.
final class DatasourceReferences {
    private static final Set<String> BUILT_IN =
            Set.of("-- Mixed --", "-- Dashboard --", "-- Grafana --", "grafana", "__expr__", "-100");

    private DatasourceReferences() {}

    static void check(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var panel : Panels.of(dashboard)) {
            one(panel, panel, refs, report);
            for (var target : Json.objects(panel, "targets")) {
                one(target, panel, refs, report);
            }
        }
        for (var variable : Variables.of(dashboard)) {
            one(variable, null, refs, report);
        }
        for (var annotation : Json.objects(dashboard.path("annotations"), "list")) {
            one(annotation, null, refs, report);
        }
    }

    private static void one(ObjectNode owner, @Nullable ObjectNode panel, DatasourceRefs refs, Report report) {
        if (owner.path("datasource").isString()) {
            V36DatasourceRefs.change(owner, refs, false);
        }
        var ref = Json.object(owner, "datasource");
        if (ref == null) {
            return;
        }
        String uid = Json.text(ref, "uid");
        String type = Json.text(ref, "type");
        if (uid.isEmpty() || BUILT_IN.contains(uid) || uid.contains("$")) {
            return;
        }
        var there = refs.byUid(uid);
        if (there.isPresent()) {
            if (!there.get().type().equals("loki")) {
                note(
                        report,
                        Report.Level.UNSUPPORTED,
                        panel,
                        "data source type " + there.get().type() + " has no data here");
            }
            return;
        }
        var other = refs.byName(uid).or(() -> refs.bestOf(type.isEmpty() ? "loki" : type));
        if (other.isPresent()) {
            ref.put("uid", other.get().uid());
            ref.put("type", other.get().type());
            note(
                    report,
                    Report.Level.CONVERTED,
                    panel,
                    "data source " + uid + " is not here, " + other.get().name() + " is used");
        } else if (type.isEmpty() || type.equals("loki")) {
            note(report, Report.Level.APPROXIMATED, panel, "data source " + uid + " is not here");
        } else {
            note(report, Report.Level.UNSUPPORTED, panel, "data source type " + type + " has no data here");
        }
    }

    private static void note(Report report, Report.Level level, @Nullable ObjectNode panel, String text) {
        if (panel == null) {
            report.note(level, text);
        } else {
            report.note(level, panel, text);
        }
    }
}
