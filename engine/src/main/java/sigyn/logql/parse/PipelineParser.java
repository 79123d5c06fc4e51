package sigyn.logql.parse;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.CompareOp;
import sigyn.logql.ast.LabelFilter;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.LogRange;
import sigyn.logql.ast.Span;
import sigyn.logql.ast.Stage;
import sigyn.logql.ast.Stage.LineOp;
import sigyn.logql.ast.Unwrap;
import sigyn.model.LabelMatcher;
import sigyn.model.SigynException;

/// Stream selectors, pipelines, and the ranges that range functions take.
final class PipelineParser {
    private static final int MAX_DEPTH = 500;
    private static final int MAX_CONDITIONS = 1_000;

    private final Tokens tokens;
    private int depth;
    private int conditions;

    PipelineParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /// `selector stage*`
    LogExpr log() {
        var first = tokens.peek();
        var matchers = selector();
        var stages = stages();
        return new LogExpr(matchers, stages, tokens.since(first));
    }

    private List<LabelMatcher> selector() {
        tokens.expect(TokenKind.OPEN_BRACE);
        var matchers = new ArrayList<LabelMatcher>();
        if (tokens.take(TokenKind.CLOSE_BRACE)) {
            return matchers;
        }
        if (!tokens.is(TokenKind.IDENTIFIER)) {
            throw tokens.unexpected("IDENTIFIER", "}");
        }
        matchers.add(streamMatcher());
        while (!tokens.take(TokenKind.CLOSE_BRACE)) {
            if (!tokens.take(TokenKind.COMMA)) {
                throw tokens.unexpected("}", ",");
            }
            matchers.add(streamMatcher());
        }
        return matchers;
    }

    private LabelMatcher streamMatcher() {
        String name = tokens.expect(TokenKind.IDENTIFIER).text();
        var op = matcherOp(tokens.kind());
        if (op == null) {
            throw tokens.unexpected("=", "=~", "!~", "!=");
        }
        tokens.advance();
        return matcher(name, op, tokens.expect(TokenKind.STRING).text());
    }

    private static LabelMatcher matcher(String name, LabelMatcher.Op op, String value) {
        try {
            return new LabelMatcher(name, op, value);
        } catch (SigynException e) {
            throw ParseErrors.of(String.valueOf(e.getMessage()));
        }
    }

    private static LabelMatcher.@Nullable Op matcherOp(TokenKind kind) {
        return switch (kind) {
            case EQ -> LabelMatcher.Op.EQUAL;
            case NEQ -> LabelMatcher.Op.NOT_EQUAL;
            case RE -> LabelMatcher.Op.REGEX;
            case NRE -> LabelMatcher.Op.NOT_REGEX;
            default -> null;
        };
    }

    private List<Stage> stages() {
        var stages = new ArrayList<Stage>();
        while (true) {
            var op = lineOp(tokens.kind());
            if (op != null) {
                if (op == LineOp.NOT_CONTAINS && !isFilterValue(1)) {
                    return stages;
                }
                stages.add(lineFilter(op));
            } else if (tokens.is(TokenKind.PIPE) && tokens.kind(1) != TokenKind.UNWRAP) {
                stages.add(stage());
            } else {
                return stages;
            }
        }
    }

    /// `!=` is also the comparison of metrics; a line filter has a text behind it.
    private boolean isFilterValue(int ahead) {
        return switch (tokens.kind(ahead)) {
            case STRING, IP -> true;
            default -> false;
        };
    }

    private static @Nullable LineOp lineOp(TokenKind kind) {
        return switch (kind) {
            case PIPE_EXACT -> LineOp.CONTAINS;
            case NEQ -> LineOp.NOT_CONTAINS;
            case PIPE_MATCH -> LineOp.REGEX;
            case NRE -> LineOp.NOT_REGEX;
            case PIPE_PATTERN -> LineOp.PATTERN;
            case NPA -> LineOp.NOT_PATTERN;
            default -> null;
        };
    }

    private Stage lineFilter(LineOp op) {
        var first = tokens.next();
        var needles = new ArrayList<Stage.Needle>();
        do {
            needles.add(needle());
        } while (tokens.take(TokenKind.OR));
        return new Stage.LineFilter(op, needles, tokens.since(first));
    }

    private Stage.Needle needle() {
        if (tokens.take(TokenKind.IP)) {
            tokens.expect(TokenKind.OPEN_PAREN);
            String pattern = tokens.expect(TokenKind.STRING).text();
            tokens.expect(TokenKind.CLOSE_PAREN);
            return new Stage.Needle(pattern, true);
        }
        if (!tokens.is(TokenKind.STRING)) {
            throw tokens.unexpected("STRING", "ip");
        }
        return new Stage.Needle(tokens.next().text(), false);
    }

    private Stage stage() {
        var pipe = tokens.next();
        var kind = tokens.kind();
        if (kind == TokenKind.IDENTIFIER || kind == TokenKind.OPEN_PAREN) {
            var extension = kind == TokenKind.IDENTIFIER ? extension(pipe) : null;
            if (extension != null) {
                return extension;
            }
            var filter = labelFilter(0);
            return new Stage.Filter(filter, tokens.since(pipe));
        }
        var first = tokens.next();
        return switch (kind) {
            case JSON -> {
                var extractions = extractions();
                yield new Stage.Json(extractions, tokens.since(pipe));
            }
            case LOGFMT -> logfmt(pipe);
            case REGEXP -> new Stage.Regexp(tokens.expect(TokenKind.STRING).text(), tokens.since(pipe));
            case PATTERN -> new Stage.Pattern(tokens.expect(TokenKind.STRING).text(), tokens.since(pipe));
            case UNPACK -> new Stage.Unpack(tokens.since(pipe));
            case LINE_FORMAT ->
                new Stage.LineFormat(tokens.expect(TokenKind.STRING).text(), tokens.since(pipe));
            case LABEL_FORMAT -> labelFormat(pipe);
            case DECOLORIZE -> new Stage.Decolorize(tokens.since(pipe));
            case DROP -> {
                var items = items();
                yield new Stage.Drop(items, tokens.since(pipe));
            }
            case KEEP -> {
                var items = items();
                yield new Stage.Keep(items, tokens.since(pipe));
            }
            default -> throw tokens.unexpected(first);
        };
    }

    /// `distinct a, b`, `sort by a desc` and `context 2 3`: names only where what follows cannot be a label filter.
    private @Nullable Stage extension(Token pipe) {
        String name = tokens.peek().text();
        if (name.equals("distinct") && tokens.kind(1) == TokenKind.IDENTIFIER) {
            tokens.advance();
            var names = new ArrayList<String>();
            do {
                names.add(tokens.expect(TokenKind.IDENTIFIER).text());
            } while (tokens.take(TokenKind.COMMA));
            return new Stage.Distinct(names, tokens.since(pipe));
        }
        if (name.equals("sort") && tokens.kind(1) == TokenKind.BY) {
            tokens.advance();
            tokens.advance();
            String by = tokens.expect(TokenKind.IDENTIFIER).text();
            boolean descending = isWord("desc");
            if (descending || isWord("asc")) {
                tokens.advance();
            }
            return new Stage.Sort(by, descending, tokens.since(pipe));
        }
        if (name.equals("context") && tokens.kind(1) == TokenKind.NUMBER) {
            tokens.advance();
            int before = count(tokens.next());
            int after = tokens.is(TokenKind.NUMBER) ? count(tokens.next()) : before;
            return new Stage.Context(before, after, tokens.since(pipe));
        }
        return null;
    }

    private boolean isWord(String word) {
        return tokens.is(TokenKind.IDENTIFIER) && tokens.peek().text().equals(word);
    }

    private static int count(Token number) {
        try {
            return Integer.parseInt(number.text());
        } catch (NumberFormatException e) {
            throw ParseErrors.of("context wants whole numbers of lines, found " + number.text());
        }
    }

    private List<Stage.Extraction> extractions() {
        var extractions = new ArrayList<Stage.Extraction>();
        if (!tokens.is(TokenKind.IDENTIFIER)) {
            return extractions;
        }
        do {
            String name = tokens.expect(TokenKind.IDENTIFIER).text();
            String expression = name;
            if (tokens.take(TokenKind.EQ)) {
                expression = tokens.expect(TokenKind.STRING).text();
            }
            extractions.add(new Stage.Extraction(name, expression));
        } while (tokens.take(TokenKind.COMMA));
        return extractions;
    }

    private Stage logfmt(Token pipe) {
        boolean strict = false;
        boolean keepEmpty = false;
        while (tokens.is(TokenKind.FLAG)) {
            if (tokens.next().text().equals("--strict")) {
                strict = true;
            } else {
                keepEmpty = true;
            }
        }
        if (tokens.is(TokenKind.SUB) && tokens.kind(1) == TokenKind.SUB) {
            tokens.advance();
            tokens.advance();
            throw tokens.unexpected("NUMBER");
        }
        var extractions = extractions();
        return new Stage.Logfmt(strict, keepEmpty, extractions, tokens.since(pipe));
    }

    private Stage labelFormat(Token pipe) {
        var assignments = new ArrayList<Stage.Assignment>();
        do {
            String name = tokens.expect(TokenKind.IDENTIFIER).text();
            tokens.expect(TokenKind.EQ);
            boolean rename = tokens.is(TokenKind.IDENTIFIER);
            if (!rename && !tokens.is(TokenKind.STRING)) {
                throw tokens.unexpected("IDENTIFIER", "STRING");
            }
            assignments.add(new Stage.Assignment(name, tokens.next().text(), rename));
        } while (tokens.take(TokenKind.COMMA));
        return new Stage.LabelFormat(assignments, tokens.since(pipe));
    }

    private List<Stage.Item> items() {
        var items = new ArrayList<Stage.Item>();
        do {
            String name = tokens.expect(TokenKind.IDENTIFIER).text();
            var op = matcherOp(tokens.kind());
            // `!=` and `!~` here belong to the item, never to a line filter.
            if (op == null) {
                items.add(new Stage.Item(name, null));
            } else {
                tokens.advance();
                items.add(new Stage.Item(
                        name, matcher(name, op, tokens.expect(TokenKind.STRING).text())));
            }
        } while (tokens.take(TokenKind.COMMA));
        return items;
    }

    /// Label filters bind as Loki's do: `and` before `or`, while `,` and mere neighbourhood take everything to their
    /// right.
    private LabelFilter labelFilter(int above) {
        var left = labelFilterOperand();
        while (true) {
            if (tokens.is(TokenKind.OR) && above < 1) {
                tokens.advance();
                left = new LabelFilter.Or(left, labelFilter(1));
            } else if (tokens.is(TokenKind.AND) && above < 2) {
                tokens.advance();
                left = new LabelFilter.And(left, labelFilter(2));
            } else if (tokens.is(TokenKind.COMMA)) {
                tokens.advance();
                left = new LabelFilter.And(left, labelFilter(0));
            } else if (tokens.is(TokenKind.IDENTIFIER) || tokens.is(TokenKind.OPEN_PAREN)) {
                left = new LabelFilter.And(left, labelFilter(0));
            } else {
                return left;
            }
        }
    }

    private LabelFilter labelFilterOperand() {
        if (++conditions > MAX_CONDITIONS) {
            throw ParseErrors.of("the query has more than " + MAX_CONDITIONS + " label filters");
        }
        if (++depth > MAX_DEPTH) {
            throw ParseErrors.of("the label filter is nested more than " + MAX_DEPTH + " deep");
        }
        try {
            if (tokens.take(TokenKind.OPEN_PAREN)) {
                var inner = labelFilter(0);
                if (!tokens.take(TokenKind.CLOSE_PAREN)) {
                    throw tokens.unexpected();
                }
                return inner;
            }
            if (!tokens.is(TokenKind.IDENTIFIER)) {
                throw tokens.unexpected("IDENTIFIER", "(");
            }
            return condition(tokens.next().text());
        } finally {
            depth--;
        }
    }

    private LabelFilter condition(String name) {
        var kind = tokens.kind();
        var first = tokens.next();
        return switch (kind) {
            case RE, NRE -> {
                var op = kind == TokenKind.RE ? LabelMatcher.Op.REGEX : LabelMatcher.Op.NOT_REGEX;
                yield new LabelFilter.Text(
                        matcher(name, op, tokens.expect(TokenKind.STRING).text()));
            }
            case EQ, NEQ -> equality(name, kind == TokenKind.NEQ);
            case CMP_EQ -> quantity(name, CompareOp.EQUAL);
            case GT -> quantity(name, CompareOp.GREATER);
            case GTE -> quantity(name, CompareOp.GREATER_OR_EQUAL);
            case LT -> quantity(name, CompareOp.LESS);
            case LTE -> quantity(name, CompareOp.LESS_OR_EQUAL);
            default -> throw tokens.unexpected(first);
        };
    }

    private LabelFilter equality(String name, boolean negated) {
        if (tokens.is(TokenKind.STRING)) {
            var op = negated ? LabelMatcher.Op.NOT_EQUAL : LabelMatcher.Op.EQUAL;
            return new LabelFilter.Text(matcher(name, op, tokens.next().text()));
        }
        if (tokens.take(TokenKind.IP)) {
            tokens.expect(TokenKind.OPEN_PAREN);
            String pattern = tokens.expect(TokenKind.STRING).text();
            tokens.expect(TokenKind.CLOSE_PAREN);
            return new LabelFilter.Ip(name, negated, pattern);
        }
        return quantity(name, negated ? CompareOp.NOT_EQUAL : CompareOp.EQUAL);
    }

    private LabelFilter quantity(String name, CompareOp op) {
        boolean negative = tokens.is(TokenKind.SUB);
        if (negative || tokens.is(TokenKind.ADD)) {
            tokens.advance();
            double value = Numbers.lenient(tokens.expect(TokenKind.NUMBER).text());
            return new LabelFilter.Numeric(name, op, negative ? -value : value);
        }
        var token = tokens.peek();
        return switch (token.kind()) {
            case NUMBER -> {
                tokens.advance();
                yield new LabelFilter.Numeric(name, op, Numbers.lenient(token.text()));
            }
            case DURATION -> {
                tokens.advance();
                yield new LabelFilter.Duration(name, op, token.value());
            }
            case BYTES -> {
                tokens.advance();
                yield new LabelFilter.Bytes(name, op, token.value());
            }
            default -> throw tokens.unexpected();
        };
    }

    /// What stands in the parentheses of a range function.
    LogRange range() {
        var part = part();
        if (part.range < 0) {
            throw tokens.unexpected();
        }
        return new LogRange(new LogExpr(part.matchers, part.stages, part.span), part.range, part.offset, part.unwrap);
    }

    /// A log query that may have its range, offset and unwrap, in any of the places where they can stand.
    private static final class Part {
        List<LabelMatcher> matchers = List.of();
        List<Stage> stages = List.of();

        @Nullable
        Unwrap unwrap;

        long range = -1;
        long offset;
        Span span = new Span(0, 0);
    }

    private Part part() {
        if (++depth > MAX_DEPTH) {
            throw ParseErrors.of("the range is nested more than " + MAX_DEPTH + " deep");
        }
        var first = tokens.peek();
        Part part;
        if (tokens.take(TokenKind.OPEN_PAREN)) {
            part = part();
            if (!tokens.take(TokenKind.CLOSE_PAREN)) {
                throw tokens.unexpected();
            }
            if (part.range < 0) {
                rangeAndOffset(part);
                if (part.unwrap == null && part.stages.isEmpty()) {
                    part.stages = stages();
                }
                unwrap(part);
            }
        } else {
            part = new Part();
            part.matchers = selector();
            if (tokens.is(TokenKind.RANGE)) {
                rangeAndOffset(part);
                part.stages = stages();
                unwrap(part);
            } else {
                part.stages = stages();
                unwrap(part);
                if (tokens.is(TokenKind.RANGE)) {
                    rangeAndOffset(part);
                }
            }
        }
        part.span = tokens.since(first);
        depth--;
        return part;
    }

    private void rangeAndOffset(Part part) {
        if (!tokens.is(TokenKind.RANGE)) {
            throw tokens.unexpected();
        }
        part.range = tokens.next().value();
        if (tokens.take(TokenKind.OFFSET)) {
            part.offset = tokens.expect(TokenKind.DURATION).value();
        }
    }

    private void unwrap(Part part) {
        if (!tokens.is(TokenKind.PIPE) || part.unwrap != null) {
            return;
        }
        tokens.advance();
        tokens.expect(TokenKind.UNWRAP);
        var conversion = switch (tokens.kind()) {
            case BYTES_CONV -> Unwrap.Conversion.BYTES;
            case DURATION_CONV -> Unwrap.Conversion.DURATION;
            case DURATION_SECONDS_CONV -> Unwrap.Conversion.DURATION_SECONDS;
            case IDENTIFIER -> Unwrap.Conversion.NONE;
            default -> throw tokens.unexpected("IDENTIFIER", "BYTES_CONV", "DURATION_CONV", "DURATION_SECONDS_CONV");
        };
        String name;
        if (conversion == Unwrap.Conversion.NONE) {
            name = tokens.next().text();
        } else {
            tokens.advance();
            tokens.expect(TokenKind.OPEN_PAREN);
            name = tokens.expect(TokenKind.IDENTIFIER).text();
            tokens.expect(TokenKind.CLOSE_PAREN);
        }
        var filters = new ArrayList<LabelFilter>();
        while (tokens.take(TokenKind.PIPE)) {
            filters.add(labelFilter(0));
        }
        if (part.range < 0 && !tokens.is(TokenKind.RANGE) && !tokens.is(TokenKind.CLOSE_PAREN)) {
            throw tokens.unexpected("RANGE", "|");
        }
        part.unwrap = new Unwrap(name, conversion, filters);
    }
}
