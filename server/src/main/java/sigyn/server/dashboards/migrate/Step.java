package sigyn.server.dashboards.migrate;

import tools.jackson.databind.node.ObjectNode;

/// What changed in dashboards with one schema version; harmless on one that already is as it should be.
interface Step {
    /// The schema version that this step leads to.
    int version();

    void apply(ObjectNode dashboard, DatasourceRefs refs, Report report);
}
