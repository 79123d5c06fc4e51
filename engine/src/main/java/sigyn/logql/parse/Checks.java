package sigyn.logql.parse;

import sigyn.logql.ast.Expr;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.LogRange;
import sigyn.logql.ast.MetricExpr;
import sigyn.logql.ast.MetricExpr.RangeAggregation;
import sigyn.logql.stage.Pipeline;
import sigyn.model.GoRegex;
import sigyn.model.SigynException;

/// What is wrong with a tree although its syntax is right.
final class Checks {
    private Checks() {}

    static void check(Expr expr) {
        switch (expr) {
            case LogExpr log -> checkLog(log);
            case RangeAggregation aggregation -> checkRange(aggregation);
            case MetricExpr.VectorAggregation aggregation -> check(aggregation.inner());
            case MetricExpr.Binary binary -> {
                check(binary.left());
                check(binary.right());
            }
            case MetricExpr.LabelReplace replace -> {
                check(replace.inner());
                checkRegex("^(?:" + replace.regex() + ")$");
            }
            case MetricExpr.Variants variants -> {
                checkLog(variants.of());
                variants.variants().forEach(Checks::check);
            }
            case MetricExpr.CountDistinct distinct -> checkLog(distinct.range());
            case MetricExpr.Vector _, MetricExpr.Literal _ -> {}
        }
    }

    private static void checkLog(LogRange range) {
        checkLog(range.log());
    }

    private static void checkLog(LogExpr log) {
        Parser.requireValue(log.matchers());
        Pipeline.checkParsers(log.stages());
    }

    private static void checkRange(RangeAggregation aggregation) {
        var op = aggregation.op();
        boolean unwraps = aggregation.range().unwrap() != null;
        boolean groups = switch (op) {
            case AVG, STDDEV, STDVAR, QUANTILE, MAX, MIN, FIRST, LAST -> true;
            case RATE, RATE_COUNTER, COUNT, BYTES, BYTES_RATE, SUM, ABSENT -> false;
        };
        if (aggregation.grouping() != null && !groups) {
            throw ParseErrors.of("grouping not allowed for " + op.text() + " aggregation");
        }
        switch (op) {
            case RATE, ABSENT -> {}
            case COUNT, BYTES, BYTES_RATE -> {
                if (unwraps) {
                    throw ParseErrors.of("invalid aggregation " + op.text() + " with unwrap");
                }
            }
            case RATE_COUNTER, SUM, AVG, MIN, MAX, FIRST, LAST, STDDEV, STDVAR, QUANTILE -> {
                if (!unwraps) {
                    throw ParseErrors.of("invalid aggregation " + op.text() + " without unwrap");
                }
                if (op == sigyn.logql.ast.RangeOp.QUANTILE && aggregation.parameter() == null) {
                    throw ParseErrors.of("parameter required for operation " + op.text());
                }
            }
        }
        checkLog(aggregation.range());
    }

    private static void checkRegex(String regex) {
        try {
            GoRegex.compile(regex);
        } catch (SigynException e) {
            throw ParseErrors.of("invalid regex in label_replace: " + e.getMessage());
        }
    }
}
