package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `labelsToFields` used to merge what it made.
final class V31LabelsToFieldsMerge implements Step {
    @Override
    public int version() {
        return 31;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var panel : Panels.of(dashboard)) {
            if (!(panel.get("transformations") instanceof ArrayNode old)) {
                continue;
            }
            var all = Json.array();
            for (var transformation : old) {
                all.add(transformation);
                if (Json.text(transformation, "id").equals("labelsToFields")) {
                    all.addObject().put("id", "merge").putObject("options");
                }
            }
            panel.set("transformations", all);
        }
    }
}
