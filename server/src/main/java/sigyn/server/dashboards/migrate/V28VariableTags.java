package sigyn.server.dashboards.migrate;

import tools.jackson.databind.node.ObjectNode;

/// Variables lost their tags. (The other half of version 28, `singlestat`, is done whatever the version.)
final class V28VariableTags implements Step {
    @Override
    public int version() {
        return 28;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var variable : Variables.of(dashboard)) {
            for (String key : new String[] {"tags", "tagsQuery", "tagValuesQuery", "useTags"}) {
                variable.remove(key);
            }
        }
    }
}
