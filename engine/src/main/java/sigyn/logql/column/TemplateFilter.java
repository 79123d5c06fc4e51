package sigyn.logql.column;

import sigyn.storage.port.TemplateRows;
import sigyn.storage.port.TemplateSink;

/// Picks the rows of a log query whose lines are worth putting together: those that the filters behind parsers let
/// through, or may. For one thread.
public final class TemplateFilter implements TemplateSink {
    private final TemplatePipeline pipeline;
    private final StreamClasses classes;

    private TemplateFilter(TemplatePipeline pipeline) {
        this.pipeline = pipeline;
        classes = new StreamClasses(pipeline.wanted());
    }

    /// True when there is something to pick by.
    public static boolean helps(TemplatePipeline pipeline) {
        return pipeline.hasFilter() && StreamClasses.names(pipeline.wanted()).size() <= StreamClasses.MAX_NAMES;
    }

    public static TemplateFilter of(TemplatePipeline pipeline) {
        return new TemplateFilter(pipeline);
    }

    @Override
    public Object key() {
        return pipeline.stages();
    }

    @Override
    public int[] accept(TemplateRows rows) {
        var picked = new RowList();
        int[] rest = rows.chosen();
        while (rest.length > 0) {
            int[] some = classes.ofFirst(rows, rest);
            pick(rows, some, picked);
            rest = StreamClasses.without(rest, some);
        }
        return picked.sorted();
    }

    private void pick(TemplateRows rows, int[] some, RowList picked) {
        var fields = pipeline.fields(rows, some, classes.of(rows, some[0]));
        var test = fields == null ? null : pipeline.test(fields);
        if (test == null) {
            picked.addAll(some);
            return;
        }
        for (int k : some) {
            if (test.of(k) != ColumnTest.FAILS) {
                picked.add(k);
            }
        }
    }
}
