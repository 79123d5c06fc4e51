package sigyn.server.dashboards.migrate;

import java.util.List;
import java.util.Map;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// Brings a dashboard of any schema to the current one.
///
/// First the inputs of an export, then the [Step]s after the dashboard's `schemaVersion` (0 when it has none), then
/// what no version tells: panel types that are no more, references to data sources, missing ids and places. A dashboard
/// that is already as it should be stays as it is.
public final class Migration {
    /// The schema that comes out.
    public static final int CURRENT = 42;

    /// What comes out, and how faithful it is.
    public record Result(ObjectNode dashboard, Report report) {}

    private static final List<Step> STEPS = List.of(
            new V13GridThresholds(),
            new V16RowsToGrid(),
            new V17MinSpan(),
            new V18GaugeOptions(),
            new V19PanelLinks(),
            new V20LinkVariables(),
            new V22TableAlign(),
            new V23MultiVariables(),
            new V27Constants(),
            new V28VariableTags(),
            new V29VariableRefresh(),
            new V30ValueMappings(),
            new V31LabelsToFieldsMerge(),
            new V36DatasourceRefs(),
            new V37HiddenLegend(),
            new V38TableCells(),
            new V39TimeSeriesTable(),
            new V40Refresh(),
            new V41TimeOptions(),
            new V42HideFromTooltip());

    private Migration() {}

    public static Result run(ObjectNode stored, DatasourceRefs refs) {
        var dashboard = stored.deepCopy();
        var report = new Report();
        Inputs.resolve(dashboard, Map.of(), refs, report);
        long version = Json.number(dashboard, "schemaVersion", 0);
        for (var step : STEPS) {
            if (version < step.version()) {
                step.apply(dashboard, refs, report);
            }
        }
        if (version < CURRENT) {
            dashboard.put("schemaVersion", CURRENT);
        }
        Panels.complete(dashboard);
        for (var panel : Panels.of(dashboard)) {
            PanelTypes.modernise(panel, report);
        }
        DatasourceReferences.check(dashboard, refs, report);
        report.panels(Panels.of(dashboard).size());
        return new Result(dashboard, report);
    }
}
