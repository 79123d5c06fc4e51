package sigyn.logql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sigyn.logql.ast.BinaryOp;
import sigyn.logql.ast.CompareOp;
import sigyn.logql.ast.Expr;
import sigyn.logql.ast.Grouping;
import sigyn.logql.ast.LabelFilter;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.LogRange;
import sigyn.logql.ast.Matching;
import sigyn.logql.ast.MetricExpr;
import sigyn.logql.ast.RangeOp;
import sigyn.logql.ast.Span;
import sigyn.logql.ast.Stage;
import sigyn.logql.ast.Unwrap;
import sigyn.logql.ast.VectorOp;
import sigyn.model.LabelMatcher;
import sigyn.testkit.Property;

/// Random trees, printed on one line and over several, are the same trees when they are parsed again.
class PrintedTreesTest {
    private static final Span NOWHERE = new Span(0, 0);
    private static final List<String> NAMES = List.of("level", "took", "a_b", "zone", "_x1");
    private static final List<String> TEXTS = List.of(
            "x",
            "",
            "two words",
            "say \"hi\"",
            "back\\slash",
            "`tick`",
            "tab\t",
            "größe",
            "a|b",
            "{{.x}}",
            "# no comment");

    @Test
    void comeBack() {
        Property.forAll(1500, (random, size) -> {
            var trees = new Trees(random);
            Expr tree = random.nextBoolean() ? trees.log(true) : trees.metric(3);
            String printed = LogQl.print(tree);
            assertThat(withoutSpans(LogQl.parse(printed))).as(printed).isEqualTo(withoutSpans(tree));
            // Over several lines operators stand without parentheses, as Loki prints them.
            if (tree.toString().contains("Binary[")) {
                return;
            }
            String formatted = LogQl.format(tree);
            assertThat(withoutSpans(LogQl.parse(formatted))).as(formatted).isEqualTo(withoutSpans(tree));
        });
    }

    private static String withoutSpans(Expr tree) {
        return tree.toString().replaceAll("span=Span\\[[^]]*]", "");
    }

    private record Trees(RandomGenerator random) {
        private int upTo(int n) {
            return random.nextInt(n);
        }

        private <T> T one(List<T> of) {
            return of.get(upTo(of.size()));
        }

        private LogExpr log(boolean extensions) {
            var matchers = new ArrayList<>(List.of(new LabelMatcher("app", LabelMatcher.Op.EQUAL, "web")));
            for (int i = upTo(3); i > 0; i--) {
                matchers.add(new LabelMatcher(
                        one(NAMES), one(List.of(LabelMatcher.Op.values())), one(List.of("x", "y.*", ""))));
            }
            var stages = new ArrayList<Stage>();
            for (int i = upTo(5); i > 0; i--) {
                stages.add(stage(extensions ? 17 : 14));
            }
            return new LogExpr(matchers, stages, NOWHERE);
        }

        private Stage stage(int kinds) {
            return switch (upTo(kinds)) {
                case 0 -> new Stage.Json(extractions(), NOWHERE);
                case 1 -> new Stage.Logfmt(random.nextBoolean(), random.nextBoolean(), extractions(), NOWHERE);
                case 2 -> new Stage.Regexp("(?P<word>[a-z]+) `(?P<n>\\d+)", NOWHERE);
                case 3 -> new Stage.Pattern("<ip> \"<path>\" <_>", NOWHERE);
                case 4 -> new Stage.Unpack(NOWHERE);
                case 5 -> new Stage.LineFormat("{{.level}} " + one(TEXTS).replace("{{", ""), NOWHERE);
                case 6 ->
                    new Stage.LabelFormat(
                            List.of(
                                    new Stage.Assignment("fresh", one(NAMES), true),
                                    new Stage.Assignment("made", one(TEXTS), false)),
                            NOWHERE);
                case 7 -> new Stage.Decolorize(NOWHERE);
                case 8 -> new Stage.Drop(items(), NOWHERE);
                case 9 -> new Stage.Keep(items(), NOWHERE);
                case 10, 11 -> new Stage.Filter(filter(2), NOWHERE);
                case 14 -> new Stage.Distinct(List.of(one(NAMES), "other"), NOWHERE);
                case 15 -> new Stage.Sort(one(NAMES), random.nextBoolean(), NOWHERE);
                case 16 -> new Stage.Context(upTo(5), upTo(5), NOWHERE);
                default -> lineFilter();
            };
        }

        /// Behind `json a` or `drop a` a `!=` would belong to the label.
        private Stage lineFilter() {
            var op = one(List.of(Stage.LineOp.CONTAINS, Stage.LineOp.REGEX, Stage.LineOp.PATTERN));
            var needles = new ArrayList<Stage.Needle>();
            for (int i = 1 + upTo(2); i > 0; i--) {
                needles.add(
                        switch (op) {
                            case REGEX -> new Stage.Needle(one(List.of("a+b", "x\\d", "(?i)y", "[`\"]")), false);
                            case PATTERN -> new Stage.Needle("<_> GET <_>", false);
                            default ->
                                upTo(4) == 0
                                        ? new Stage.Needle("10.0.0.0/8", true)
                                        : new Stage.Needle(one(TEXTS), false);
                        });
            }
            return new Stage.LineFilter(op, needles, NOWHERE);
        }

        private List<Stage.Extraction> extractions() {
            return random.nextBoolean()
                    ? List.of()
                    : List.of(
                            new Stage.Extraction("out", "level"),
                            new Stage.Extraction(one(List.of("took", "n")), "took"));
        }

        private List<Stage.Item> items() {
            return List.of(
                    new Stage.Item("level", null),
                    new Stage.Item(
                            "took",
                            random.nextBoolean() ? null : new LabelMatcher("took", LabelMatcher.Op.REGEX, "1.+s")));
        }

        private LabelFilter filter(int depth) {
            return switch (upTo(depth == 0 ? 5 : 7)) {
                case 0 ->
                    new LabelFilter.Text(new LabelMatcher(
                            "level", one(List.of(LabelMatcher.Op.values())), one(List.of("x", "", "y+"))));
                case 1 -> new LabelFilter.Numeric("n", compare(), upTo(5000) / 8.0);
                case 2 -> new LabelFilter.Duration("took", compare(), 1 + upTo(2_000_000_000));
                case 3 -> new LabelFilter.Bytes("size", compare(), one(List.of(1L, 20_000L, 5_000_000L)));
                case 4 -> new LabelFilter.Ip("addr", random.nextBoolean(), "10.0.0.0/8");
                case 5 -> new LabelFilter.And(filter(depth - 1), filter(depth - 1));
                default -> new LabelFilter.Or(filter(depth - 1), filter(depth - 1));
            };
        }

        private CompareOp compare() {
            return one(List.of(CompareOp.values()));
        }

        private @Nullable Grouping grouping() {
            return upTo(3) == 0 ? null : new Grouping(List.of(one(NAMES), "z"), random.nextBoolean());
        }

        private MetricExpr metric(int depth) {
            return switch (upTo(depth == 0 ? 2 : 6)) {
                case 0 -> counted();
                case 1 -> unwrapped();
                case 2, 3 -> {
                    var op = one(List.of(VectorOp.SUM, VectorOp.MAX, VectorOp.COUNT, VectorOp.TOPK, VectorOp.SORT));
                    yield new MetricExpr.VectorAggregation(
                            op,
                            op.takesParameter() ? 1 + upTo(9) : 0,
                            metric(depth - 1),
                            op == VectorOp.SORT ? null : grouping(),
                            NOWHERE);
                }
                case 4 -> new MetricExpr.LabelReplace(metric(depth - 1), "to", "$1", "level", "(.*)", NOWHERE);
                default -> binary(depth);
            };
        }

        private MetricExpr binary(int depth) {
            var op = one(List.of(BinaryOp.values()));
            @Nullable
            Matching matching = switch (upTo(3)) {
                case 0 -> null;
                case 1 -> new Matching(true, List.of("level"), null, List.of());
                default ->
                    op.isSet()
                            ? new Matching(false, List.of("level", "z"), null, List.of())
                            : new Matching(true, List.of("level"), Matching.Side.LEFT, List.of("zone"));
            };
            return new MetricExpr.Binary(
                    op,
                    metric(depth - 1),
                    metric(depth - 1),
                    op.isComparison() && random.nextBoolean(),
                    matching,
                    NOWHERE);
        }

        private LogRange range(@Nullable Unwrap unwrap) {
            long offset = upTo(3) == 0 ? one(List.of(-600_000_000_000L, 90_000_000_000L)) : 0;
            return new LogRange(
                    log(false), one(List.of(1_000_000L, 60_000_000_000L, 5_400_000_000_000L)), offset, unwrap);
        }

        private MetricExpr counted() {
            var op = one(List.of(RangeOp.COUNT, RangeOp.RATE, RangeOp.BYTES, RangeOp.ABSENT));
            return new MetricExpr.RangeAggregation(op, null, range(null), null, NOWHERE);
        }

        private MetricExpr unwrapped() {
            var op = one(List.of(RangeOp.AVG, RangeOp.MAX, RangeOp.QUANTILE));
            var unwrap = new Unwrap(
                    "took",
                    one(List.of(Unwrap.Conversion.values())),
                    random.nextBoolean() ? List.of() : List.of(filter(0)));
            return new MetricExpr.RangeAggregation(
                    op, op == RangeOp.QUANTILE ? upTo(100) / 100.0 : null, range(unwrap), grouping(), NOWHERE);
        }
    }
}
