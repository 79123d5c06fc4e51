package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// Options of `timeSeriesTable` are kept per query.
final class V39TimeSeriesTable implements Step {
    @Override
    public int version() {
        return 39;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var panel : Panels.of(dashboard)) {
            for (var transformation : Json.objects(panel, "transformations")) {
                var options = Json.object(transformation, "options");
                var stats = options == null ? null : Json.object(options, "refIdToStat");
                if (!Json.text(transformation, "id").equals("timeSeriesTable") || stats == null) {
                    continue;
                }
                var modern = Json.object();
                for (var stat : stats.properties()) {
                    modern.putObject(stat.getKey()).set("stat", stat.getValue());
                }
                transformation.set("options", modern);
            }
        }
    }
}
