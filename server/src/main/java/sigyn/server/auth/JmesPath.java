package sigyn.server.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// An expression over JSON in the part of JMESPath that rules for roles are written in: names, `[n]`, `[*]`, `[]`,
/// `[?condition]`, `&&`, `||`, `!`, comparisons, `|`, texts, JSON in back-ticks, and the functions [Function].
public final class JmesPath {
    /// Not an expression of that language, or of a part of it that is not known here.
    public static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1;

        SyntaxException(int at, String message) {
            super("at character " + (at + 1) + ": " + message);
        }
    }

    private sealed interface Expr {
        record Current() implements Expr {}

        record Literal(JsonNode value) implements Expr {}

        record Field(Expr of, String name) implements Expr {}

        record Index(Expr of, int at) implements Expr {}

        /// `rest` of each item; `flat` puts the items of items side by side before.
        record Each(Expr of, boolean flat, @Nullable Expr condition, Expr rest) implements Expr {}

        record And(Expr left, Expr right) implements Expr {}

        record Or(Expr left, Expr right) implements Expr {}

        record Not(Expr of) implements Expr {}

        record Compare(Expr left, String op, Expr right) implements Expr {}

        record Pipe(Expr left, Expr right) implements Expr {}

        record Call(Function function, List<Expr> arguments) implements Expr {}
    }

    private enum Function {
        CONTAINS(2),
        STARTS_WITH(2),
        ENDS_WITH(2),
        LENGTH(1),
        JOIN(2),
        NOT_NULL(1);

        private final int arguments;

        Function(int arguments) {
            this.arguments = arguments;
        }

        static Optional<Function> named(String name) {
            for (var function : values()) {
                if (function.name().equalsIgnoreCase(name)) {
                    return Optional.of(function);
                }
            }
            return Optional.empty();
        }
    }

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> COMPARISONS = List.of("==", "!=", "<=", ">=", "<", ">");

    private final Expr expr;

    private JmesPath(Expr expr) {
        this.expr = expr;
    }

    public static JmesPath parse(String text) throws SyntaxException {
        var parser = new Parser(text);
        Expr expr = parser.pipe();
        parser.space();
        if (parser.at < text.length()) {
            throw parser.bad("expected an operator or the end");
        }
        return new JmesPath(expr);
    }

    /// What the expression is of that value; a null node where it finds nothing.
    public JsonNode of(JsonNode value) {
        return eval(expr, value);
    }

    private static JsonNode eval(Expr expr, JsonNode node) {
        return switch (expr) {
            case Expr.Current _ -> node;
            case Expr.Literal(var value) -> value;
            case Expr.Field(var of, var name) -> found(eval(of, node).path(name));
            case Expr.Index(var of, var at) -> {
                JsonNode list = eval(of, node);
                yield found(list.path(at < 0 ? list.size() + at : at));
            }
            case Expr.Each each -> each(each, eval(each.of(), node));
            case Expr.And(var left, var right) -> {
                JsonNode first = eval(left, node);
                yield truth(first) ? eval(right, node) : first;
            }
            case Expr.Or(var left, var right) -> {
                JsonNode first = eval(left, node);
                yield truth(first) ? first : eval(right, node);
            }
            case Expr.Not(var of) -> JSON.booleanNode(!truth(eval(of, node)));
            case Expr.Compare(var left, var op, var right) -> compare(eval(left, node), op, eval(right, node));
            case Expr.Pipe(var left, var right) -> eval(right, eval(left, node));
            case Expr.Call(var function, var arguments) ->
                call(
                        function,
                        arguments.stream().map(argument -> eval(argument, node)).toList());
        };
    }

    private static JsonNode each(Expr.Each each, JsonNode list) {
        if (!list.isArray()) {
            return JSON.nullNode();
        }
        var items = JSON.arrayNode();
        for (JsonNode item : list) {
            if (each.flat() && item.isArray()) {
                item.forEach(items::add);
            } else {
                items.add(item);
            }
        }
        var out = JSON.arrayNode();
        for (JsonNode item : items) {
            if (each.condition() == null || truth(eval(each.condition(), item))) {
                JsonNode made = eval(each.rest(), item);
                if (!made.isNull()) {
                    out.add(made);
                }
            }
        }
        return out;
    }

    private static JsonNode compare(JsonNode left, String op, JsonNode right) {
        if (op.equals("==") || op.equals("!=")) {
            return JSON.booleanNode(left.equals(right) == op.equals("=="));
        }
        if (!left.isNumber() || !right.isNumber()) {
            return JSON.nullNode();
        }
        int order = Double.compare(left.doubleValue(), right.doubleValue());
        return JSON.booleanNode(
                switch (op) {
                    case "<" -> order < 0;
                    case "<=" -> order <= 0;
                    case ">" -> order > 0;
                    default -> order >= 0;
                });
    }

    private static JsonNode call(Function function, List<JsonNode> arguments) {
        JsonNode first = arguments.get(0);
        JsonNode second = arguments.size() > 1 ? arguments.get(1) : JSON.nullNode();
        String text = first.asString("");
        return switch (function) {
            case CONTAINS -> JSON.booleanNode(holds(first, second));
            case STARTS_WITH ->
                JSON.booleanNode(first.isString() && second.isString() && text.startsWith(second.stringValue()));
            case ENDS_WITH ->
                JSON.booleanNode(first.isString() && second.isString() && text.endsWith(second.stringValue()));
            case LENGTH -> JSON.numberNode(first.isString() ? text.codePointCount(0, text.length()) : first.size());
            case JOIN -> {
                var texts = new ArrayList<String>();
                second.forEach(item -> texts.add(item.asString("")));
                yield JSON.stringNode(String.join(text, texts));
            }
            case NOT_NULL ->
                arguments.stream().filter(node -> !node.isNull()).findFirst().orElse(JSON.nullNode());
        };
    }

    private static boolean holds(JsonNode where, JsonNode what) {
        if (where.isString()) {
            return what.isString() && where.stringValue().contains(what.stringValue());
        }
        for (JsonNode item : where.isArray() ? where : List.<JsonNode>of()) {
            if (item.equals(what)) {
                return true;
            }
        }
        return false;
    }

    private static boolean truth(JsonNode node) {
        boolean empty = node.isNull() || node.isContainer() && node.isEmpty();
        return !empty
                && !(node.isString() && node.stringValue().isEmpty())
                && !(node.isBoolean() && !node.booleanValue());
    }

    private static JsonNode found(JsonNode node) {
        return node.isMissingNode() ? JSON.nullNode() : node;
    }

    /// Recursive descent; the loosest operator first.
    private static final class Parser {
        private static final ObjectMapper MAPPER = new ObjectMapper();
        private static final int DEEPEST = 100;

        private final String text;
        private int at;
        private int depth;

        Parser(String text) {
            this.text = text;
        }

        Expr pipe() throws SyntaxException {
            if (++depth > DEEPEST) {
                throw bad("nested too deeply");
            }
            Expr left = or();
            while (!sees("||") && takes("|")) {
                left = new Expr.Pipe(left, or());
            }
            depth--;
            return left;
        }

        private Expr or() throws SyntaxException {
            Expr left = and();
            while (takes("||")) {
                left = new Expr.Or(left, and());
            }
            return left;
        }

        private Expr and() throws SyntaxException {
            Expr left = comparison();
            while (takes("&&")) {
                left = new Expr.And(left, comparison());
            }
            return left;
        }

        private Expr comparison() throws SyntaxException {
            Expr left = unary();
            for (String op : COMPARISONS) {
                if (takes(op)) {
                    return new Expr.Compare(left, op, unary());
                }
            }
            return left;
        }

        private Expr unary() throws SyntaxException {
            return !sees("!=") && takes("!") ? new Expr.Not(unary()) : steps(primary());
        }

        private Expr primary() throws SyntaxException {
            space();
            char next = at < text.length() ? text.charAt(at) : '\0';
            if (takes("@") || next == '[') {
                return new Expr.Current();
            }
            if (takes("(")) {
                Expr inner = pipe();
                need(")");
                return inner;
            }
            if (next == '\'') {
                return new Expr.Literal(JSON.stringNode(quoted('\'')));
            }
            if (next == '`') {
                return new Expr.Literal(json(quoted('`')));
            }
            int start = at;
            String name = name();
            return next != '"' && takes("(") ? call(name, start) : new Expr.Field(new Expr.Current(), name);
        }

        private Expr call(String name, int start) throws SyntaxException {
            var arguments = new ArrayList<Expr>();
            if (!takes(")")) {
                do {
                    arguments.add(pipe());
                } while (takes(","));
                need(")");
            }
            var function = Function.named(name)
                    .orElseThrow(() -> new SyntaxException(start, "there is no function " + name + " here"));
            boolean fits =
                    function == Function.NOT_NULL ? !arguments.isEmpty() : arguments.size() == function.arguments;
            if (!fits) {
                throw new SyntaxException(start, name + " takes " + function.arguments + " arguments");
            }
            return new Expr.Call(function, List.copyOf(arguments));
        }

        private Expr steps(Expr start) throws SyntaxException {
            Expr left = start;
            while (true) {
                if (takes(".")) {
                    left = new Expr.Field(left, name());
                } else if (takes("[]")) {
                    return new Expr.Each(left, true, null, steps(new Expr.Current()));
                } else if (takes("[*]")) {
                    return new Expr.Each(left, false, null, steps(new Expr.Current()));
                } else if (takes("[?")) {
                    Expr condition = pipe();
                    need("]");
                    return new Expr.Each(left, false, condition, steps(new Expr.Current()));
                } else if (takes("[")) {
                    left = new Expr.Index(left, number());
                    need("]");
                } else {
                    return left;
                }
            }
        }

        private int number() throws SyntaxException {
            space();
            int start = at;
            while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '-')) {
                at++;
            }
            try {
                return Integer.parseInt(text.substring(start, at));
            } catch (NumberFormatException e) {
                throw new SyntaxException(start, "expected a number, * or ?");
            }
        }

        private String name() throws SyntaxException {
            space();
            if (at < text.length() && text.charAt(at) == '"') {
                return json('"' + quoted('"') + '"').asString("");
            }
            int start = at;
            while (at < text.length()
                    && (Character.isLetterOrDigit(text.charAt(at)) || "_-".indexOf(text.charAt(at)) >= 0)) {
                at++;
            }
            if (at == start) {
                throw bad("expected a name");
            }
            return text.substring(start, at);
        }

        /// The inside of quotes, in which a backslash keeps the quote.
        private String quoted(char quote) throws SyntaxException {
            int start = at++;
            var inside = new StringBuilder();
            while (at < text.length() && text.charAt(at) != quote) {
                boolean escape = text.charAt(at) == '\\' && at + 1 < text.length();
                if (escape && (text.charAt(at + 1) != quote || quote == '"')) {
                    inside.append(text.charAt(at));
                }
                at += escape ? 1 : 0;
                inside.append(text.charAt(at++));
            }
            if (at >= text.length()) {
                throw new SyntaxException(start, "expected a closing " + quote);
            }
            at++;
            return inside.toString();
        }

        private JsonNode json(String literal) throws SyntaxException {
            try {
                return MAPPER.readTree(literal);
            } catch (JacksonException e) {
                throw bad("expected JSON");
            }
        }

        void space() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private boolean sees(String symbol) {
            space();
            return text.startsWith(symbol, at);
        }

        private boolean takes(String symbol) {
            boolean there = sees(symbol);
            at += there ? symbol.length() : 0;
            return there;
        }

        private void need(String symbol) throws SyntaxException {
            if (!takes(symbol)) {
                throw bad("expected " + symbol);
            }
        }

        SyntaxException bad(String message) {
            return new SyntaxException(at, message);
        }
    }
}
