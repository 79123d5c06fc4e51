package sigyn.logql.stage;

import sigyn.logql.ast.Stage;

/// `|= "a" or "b"`: keeps lines for which one of the tests holds; negated, those for which none does.
final class LineFilterStage implements RowStage {
    private final LineTest[] tests;
    private final boolean negated;

    LineFilterStage(Stage.LineFilter filter) {
        negated = filter.op().negated();
        // Beside a text an address range counts for nothing, as in Loki.
        boolean texts = filter.needles().stream().anyMatch(n -> !n.isIp());
        tests = filter.needles().stream()
                .filter(n -> check(filter.op(), n) && !(texts && n.isIp()))
                .map(n -> LineTest.of(filter.op(), n))
                .toArray(LineTest[]::new);
    }

    private static boolean check(Stage.LineOp op, Stage.Needle needle) {
        LineTest.of(op, needle);
        return true;
    }

    @Override
    public boolean process(Row row) {
        int end = row.start() + row.length();
        for (var test : tests) {
            if (test.holds(row.bytes(), row.start(), end)) {
                return !negated;
            }
        }
        return negated;
    }
}
