package sigyn.logql.parse;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.BinaryOp;
import sigyn.logql.ast.Expr;
import sigyn.logql.ast.Grouping;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.Matching;
import sigyn.logql.ast.MetricExpr;
import sigyn.logql.ast.RangeOp;
import sigyn.logql.ast.Span;
import sigyn.logql.ast.VectorOp;
import sigyn.model.LabelMatcher;
import sigyn.model.SigynException;

/// LogQL text to a tree: recursive descent, operators by precedence climbing.
///
/// ```
/// query    := log | metric
/// metric   := operand (operator modifiers operand)*
/// operand  := '(' query ')' | number | range function | vector function | label_replace | vector | variants
/// ```
/// Pipelines and what range functions take are in [PipelineParser].
public final class Parser {
    private static final String NO_VALUE_NEEDED =
            "queries require at least one regexp or equality matcher that does not have an empty-compatible value. For"
                    + " instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will";
    private static final int MAX_TEXT = 131072;
    private static final int MAX_DEPTH = 500;
    private static final int MAX_OPERATORS = 1_000;

    private final Tokens tokens;
    private final PipelineParser pipelines;
    private int depth;
    private int operators;

    private Parser(String text) {
        if (text.length() > MAX_TEXT) {
            throw ParseErrors.of("input size too long (" + text.length() + " > " + MAX_TEXT + ")");
        }
        this.tokens = new Tokens(text);
        this.pipelines = new PipelineParser(tokens);
    }

    /// The tree of a query; every selector in it needs a value of some label.
    public static Expr parse(String text) {
        var parser = new Parser(text);
        var expr = parser.query();
        parser.tokens.end();
        Checks.check(expr);
        return expr;
    }

    /// The matchers of a text that holds a stream selector and nothing else; `{}` is allowed.
    public static List<LabelMatcher> selector(String text) {
        var parser = new Parser(text);
        var expr = parser.query();
        parser.tokens.end();
        if (expr instanceof LogExpr log && log.isSelector()) {
            return log.matchers();
        }
        throw SigynException.badRequest("only label matchers are supported");
    }

    /// Refuses matchers that streams without any of the labels would pass.
    public static void requireValue(List<LabelMatcher> matchers) {
        for (var matcher : matchers) {
            if (!matcher.matchesEmpty()) {
                return;
            }
        }
        throw ParseErrors.of(NO_VALUE_NEEDED);
    }

    private Expr query() {
        return binary(0);
    }

    private Expr binary(int above) {
        Expr left = operand();
        while (true) {
            var op = operator(tokens.kind());
            if (op == null || op.precedence() <= above) {
                return left;
            }
            if (++operators > MAX_OPERATORS) {
                throw ParseErrors.of("the expression has more than " + MAX_OPERATORS + " operators");
            }
            tokens.advance();
            boolean bool = tokens.take(TokenKind.BOOL);
            var matching = matching();
            Expr right = binary(op == BinaryOp.POW ? op.precedence() - 1 : op.precedence());
            left = combine(op, left, right, bool, matching);
        }
    }

    private static MetricExpr combine(BinaryOp op, Expr left, Expr right, boolean bool, @Nullable Matching matching) {
        var l = metric(op, left, "left");
        var r = metric(op, right, "right");
        if (op.isSet()) {
            refuseLiteral(op, l, "left");
            refuseLiteral(op, r, "right");
        }
        var span = l.span().to(r.span());
        if (l instanceof MetricExpr.Literal a && r instanceof MetricExpr.Literal b) {
            return new MetricExpr.Literal(op.apply(a.value(), b.value()), span);
        }
        return new MetricExpr.Binary(op, l, r, bool, matching, span);
    }

    private static MetricExpr metric(BinaryOp op, Expr expr, String leg) {
        return switch (expr) {
            case MetricExpr metric -> metric;
            case LogExpr log ->
                throw ParseErrors.of("unexpected type for " + leg + " leg of binary operation (" + op.text()
                        + "): *syntax." + (log.isSelector() ? "MatchersExpr" : "PipelineExpr"));
        };
    }

    private static void refuseLiteral(BinaryOp op, MetricExpr expr, String leg) {
        if (expr instanceof MetricExpr.Literal literal) {
            throw ParseErrors.of("unexpected literal for " + leg + " leg of logical/set binary operation (" + op.text()
                    + "): " + String.format(java.util.Locale.ROOT, "%f", literal.value()));
        }
    }

    private static @Nullable BinaryOp operator(TokenKind kind) {
        return switch (kind) {
            case OR -> BinaryOp.OR;
            case AND -> BinaryOp.AND;
            case UNLESS -> BinaryOp.UNLESS;
            case CMP_EQ -> BinaryOp.EQUAL;
            case NEQ -> BinaryOp.NOT_EQUAL;
            case GT -> BinaryOp.GREATER;
            case GTE -> BinaryOp.GREATER_OR_EQUAL;
            case LT -> BinaryOp.LESS;
            case LTE -> BinaryOp.LESS_OR_EQUAL;
            case ADD -> BinaryOp.ADD;
            case SUB -> BinaryOp.SUB;
            case MUL -> BinaryOp.MUL;
            case DIV -> BinaryOp.DIV;
            case MOD -> BinaryOp.MOD;
            case POW -> BinaryOp.POW;
            default -> null;
        };
    }

    private @Nullable Matching matching() {
        boolean on = tokens.is(TokenKind.ON);
        if (!on && !tokens.is(TokenKind.IGNORING)) {
            return null;
        }
        tokens.advance();
        var names = nameList();
        Matching.Side many = null;
        List<String> include = List.of();
        if (tokens.is(TokenKind.GROUP_LEFT) || tokens.is(TokenKind.GROUP_RIGHT)) {
            many = tokens.is(TokenKind.GROUP_LEFT) ? Matching.Side.LEFT : Matching.Side.RIGHT;
            tokens.advance();
            if (tokens.is(TokenKind.OPEN_PAREN) && isNameList()) {
                include = nameList();
            }
        }
        return new Matching(on, names, many, include);
    }

    /// After `group_left`, parentheses can hold label names or the right operand.
    private boolean isNameList() {
        var next = tokens.kind(1);
        return next == TokenKind.CLOSE_PAREN
                || next == TokenKind.IDENTIFIER
                        && (tokens.kind(2) == TokenKind.COMMA || tokens.kind(2) == TokenKind.CLOSE_PAREN);
    }

    private List<String> nameList() {
        tokens.expect(TokenKind.OPEN_PAREN);
        var names = new ArrayList<String>();
        if (tokens.take(TokenKind.CLOSE_PAREN)) {
            return names;
        }
        if (!tokens.is(TokenKind.IDENTIFIER)) {
            throw tokens.unexpected("IDENTIFIER", ")");
        }
        names.add(tokens.next().text());
        while (!tokens.take(TokenKind.CLOSE_PAREN)) {
            if (!tokens.take(TokenKind.COMMA)) {
                throw tokens.unexpected(",", ")");
            }
            names.add(tokens.expect(TokenKind.IDENTIFIER).text());
        }
        return names;
    }

    private Expr operand() {
        if (++depth > MAX_DEPTH) {
            throw ParseErrors.of("the expression is nested more than " + MAX_DEPTH + " deep");
        }
        try {
            return switch (tokens.kind()) {
                case OPEN_BRACE -> pipelines.log();
                case OPEN_PAREN -> parenthesised();
                case NUMBER, ADD, SUB -> literal();
                case RANGE_FUNCTION -> rangeAggregation();
                case VECTOR_FUNCTION -> vectorAggregation();
                case LABEL_REPLACE -> labelReplace();
                case VECTOR -> vector();
                case VARIANTS -> variants();
                case COUNT_DISTINCT -> countDistinct();
                default -> throw tokens.unexpected();
            };
        } finally {
            depth--;
        }
    }

    private Expr parenthesised() {
        tokens.expect(TokenKind.OPEN_PAREN);
        var inner = query();
        if (!tokens.take(TokenKind.CLOSE_PAREN)) {
            throw tokens.unexpected();
        }
        return inner;
    }

    private MetricExpr.Literal literal() {
        int start = tokens.peek().span().start();
        boolean negative = tokens.is(TokenKind.SUB);
        if (negative || tokens.is(TokenKind.ADD)) {
            tokens.advance();
        }
        var number = tokens.expect(TokenKind.NUMBER);
        double value = Numbers.literal(number.text());
        return new MetricExpr.Literal(
                negative ? -value : value, new Span(start, number.span().end()));
    }

    private MetricExpr metricOperand() {
        var expr = query();
        if (expr instanceof MetricExpr metric) {
            return metric;
        }
        throw tokens.unexpected();
    }

    private MetricExpr rangeAggregation() {
        var function = tokens.next();
        var op = rangeOp(function.text());
        tokens.expect(TokenKind.OPEN_PAREN);
        Double parameter = null;
        String parameterText = "";
        if (tokens.is(TokenKind.NUMBER)) {
            parameterText = tokens.next().text();
            parameter = Numbers.literal(parameterText);
            tokens.expect(TokenKind.COMMA);
        }
        if (!tokens.is(TokenKind.OPEN_BRACE) && !tokens.is(TokenKind.OPEN_PAREN)) {
            throw tokens.unexpected("NUMBER", "{", "(");
        }
        var range = pipelines.range();
        tokens.expect(TokenKind.CLOSE_PAREN);
        var grouping = grouping();
        if (parameter != null && op != RangeOp.QUANTILE) {
            throw ParseErrors.of("parameter " + parameterText + " not supported for operation " + op.text());
        }
        return new MetricExpr.RangeAggregation(op, parameter, range, grouping, tokens.since(function));
    }

    private static RangeOp rangeOp(String name) {
        for (var op : RangeOp.values()) {
            if (op.text().equals(name)) {
                return op;
            }
        }
        throw new AssertionError(name);
    }

    private static VectorOp vectorOp(String name) {
        for (var op : VectorOp.values()) {
            if (op.text().equals(name)) {
                return op;
            }
        }
        throw new AssertionError(name);
    }

    private @Nullable Grouping grouping() {
        boolean without = tokens.is(TokenKind.WITHOUT);
        if (!without && !tokens.is(TokenKind.BY)) {
            return null;
        }
        tokens.advance();
        return new Grouping(nameList(), without);
    }

    private MetricExpr vectorAggregation() {
        var function = tokens.next();
        var op = vectorOp(function.text());
        var grouping = grouping();
        tokens.expect(TokenKind.OPEN_PAREN);
        String parameter = null;
        if (tokens.is(TokenKind.NUMBER) && tokens.kind(1) == TokenKind.COMMA) {
            parameter = tokens.next().text();
            tokens.advance();
        }
        var inner = metricOperand();
        if (!tokens.take(TokenKind.CLOSE_PAREN)) {
            throw tokens.unexpected();
        }
        if (grouping == null) {
            grouping = grouping();
        }
        int k = parameter(op, parameter);
        refuseGrouping(op, grouping);
        return new MetricExpr.VectorAggregation(op, k, inner, grouping, tokens.since(function));
    }

    private static int parameter(VectorOp op, @Nullable String parameter) {
        if (!op.takesParameter()) {
            if (parameter != null) {
                throw ParseErrors.of("unsupported parameter for operation " + op.text() + "(" + parameter + ",");
            }
            return 0;
        }
        if (parameter == null) {
            throw ParseErrors.of("parameter required for operation " + op.text());
        }
        int k;
        try {
            k = Integer.parseInt(parameter);
        } catch (NumberFormatException e) {
            throw ParseErrors.of("invalid parameter " + op.text() + "(" + parameter + ",");
        }
        if (k <= 0) {
            throw ParseErrors.of("invalid parameter (must be greater than 0) " + op.text() + "(" + parameter);
        }
        return k;
    }

    private static void refuseGrouping(VectorOp op, @Nullable Grouping grouping) {
        if (grouping == null) {
            return;
        }
        switch (op) {
            case SORT, SORT_DESC -> throw ParseErrors.of("sort and sort_desc doesn't allow grouping by ");
            case APPROX_TOPK -> throw ParseErrors.of("grouping not allowed for approx_topk aggregation");
            case SUM, AVG, MIN, MAX, COUNT, STDDEV, STDVAR, TOPK, BOTTOMK -> {}
        }
    }

    private MetricExpr labelReplace() {
        var function = tokens.next();
        tokens.expect(TokenKind.OPEN_PAREN);
        var inner = metricOperand();
        if (!tokens.is(TokenKind.COMMA)) {
            throw tokens.unexpected();
        }
        var arguments = new ArrayList<String>(4);
        for (int i = 0; i < 4; i++) {
            tokens.expect(TokenKind.COMMA);
            arguments.add(tokens.expect(TokenKind.STRING).text());
        }
        tokens.expect(TokenKind.CLOSE_PAREN);
        return new MetricExpr.LabelReplace(
                inner, arguments.get(0), arguments.get(1), arguments.get(2), arguments.get(3), tokens.since(function));
    }

    private MetricExpr vector() {
        var function = tokens.next();
        tokens.expect(TokenKind.OPEN_PAREN);
        var number = tokens.expect(TokenKind.NUMBER);
        tokens.expect(TokenKind.CLOSE_PAREN);
        return new MetricExpr.Vector(Numbers.literal(number.text()), tokens.since(function));
    }

    private MetricExpr variants() {
        var function = tokens.next();
        tokens.expect(TokenKind.OPEN_PAREN);
        var variants = new ArrayList<MetricExpr>();
        do {
            variants.add(metricOperand());
        } while (tokens.take(TokenKind.COMMA));
        if (!tokens.take(TokenKind.CLOSE_PAREN)) {
            throw tokens.unexpected(",", ")");
        }
        tokens.expect(TokenKind.OF);
        tokens.expect(TokenKind.OPEN_PAREN);
        var range = pipelines.range();
        tokens.expect(TokenKind.CLOSE_PAREN);
        return new MetricExpr.Variants(variants, range, tokens.since(function));
    }

    private MetricExpr countDistinct() {
        var function = tokens.next();
        tokens.expect(TokenKind.OPEN_PAREN);
        String label = tokens.expect(TokenKind.IDENTIFIER).text();
        tokens.expect(TokenKind.COMMA);
        var range = pipelines.range();
        tokens.expect(TokenKind.CLOSE_PAREN);
        boolean approximate = function.text().startsWith("approx");
        return new MetricExpr.CountDistinct(label, approximate, range, grouping(), tokens.since(function));
    }
}
