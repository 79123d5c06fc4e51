package sigyn.logql.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sigyn.logql.template.Node.Operand;

/// Template text to nodes, with Go's trimming of blanks at `{{-` and `-}}`.
final class TemplateParser {
    private static final int MAX_DEPTH = 200;

    /// How a list of nodes ended.
    private record Block(List<Node> nodes, String keyword, List<TemplateTokens.Token> rest, int line) {}

    private final String name;
    private final Set<String> functions;
    private final Map<String, List<Node>> templates;
    private final List<TemplateTokens.Piece> pieces;
    private final List<String> variables = new ArrayList<>(List.of("$"));
    private int at;
    private int loops;
    private int depth;
    private int line = 1;
    private List<TemplateTokens.Token> tokens = List.of();
    private int token;

    private TemplateParser(String name, String text, Set<String> functions, Map<String, List<Node>> templates)
            throws TemplateException {
        this.name = name;
        this.functions = functions;
        this.templates = templates;
        this.pieces = TemplateTokens.pieces(name, text);
    }

    /// All templates that a text defines; its own is under `name`.
    static Map<String, List<Node>> parse(String name, String text, Set<String> functions) throws TemplateException {
        var templates = new HashMap<String, List<Node>>();
        var parser = new TemplateParser(name, text, functions, templates);
        var block = parser.block();
        if (!block.keyword.isEmpty()) {
            throw parser.fail("unexpected {{" + block.keyword + "}}");
        }
        templates.put(name, block.nodes);
        return templates;
    }

    private TemplateException fail(String message) {
        return new TemplateException("template: " + name + ":" + line + ": " + message);
    }

    private Block block() throws TemplateException {
        if (++depth > MAX_DEPTH) {
            throw fail("nested too deeply");
        }
        var nodes = new ArrayList<Node>();
        int scope = variables.size();
        while (at < pieces.size()) {
            var piece = pieces.get(at++);
            line = piece.line();
            if (piece.text() != null) {
                nodes.add(new Node.Text(piece.text()));
                continue;
            }
            var all = piece.tokens();
            if (all.isEmpty()) {
                throw fail("missing value for command");
            }
            String keyword = all.getFirst().kind() == TemplateTokens.Kind.WORD
                    ? all.getFirst().text()
                    : "";
            var rest = all.subList(1, all.size());
            switch (keyword) {
                case "end", "else" -> {
                    while (variables.size() > scope) {
                        variables.removeLast();
                    }
                    depth--;
                    return new Block(nodes, keyword, rest, piece.line());
                }
                case "if", "with", "range" -> nodes.add(control(keyword, rest));
                case "define" -> define(rest);
                case "block" -> nodes.add(blockDefinition(rest));
                case "template" -> nodes.add(call(rest));
                case "break", "continue" -> {
                    if (loops == 0) {
                        throw fail("{{" + keyword + "}} outside {{range}}");
                    }
                    if (!rest.isEmpty()) {
                        throw fail("unexpected " + rest.getFirst() + " in {{" + keyword + "}}");
                    }
                    nodes.add(keyword.equals("break") ? new Node.Break() : new Node.Continue());
                }
                default -> nodes.add(new Node.Action(pipe(all, "command")));
            }
        }
        depth--;
        return new Block(nodes, "", List.of(), line);
    }

    private Node control(String keyword, List<TemplateTokens.Token> rest) throws TemplateException {
        int scope = variables.size();
        var pipe = pipe(rest, keyword);
        if (keyword.equals("range")) {
            loops++;
        }
        var then = block();
        if (keyword.equals("range")) {
            loops--;
        }
        List<Node> otherwise = List.of();
        if (then.keyword.equals("else")) {
            if (!then.rest.isEmpty()) {
                String next = then.rest.getFirst().text();
                if (!keyword.equals(next) || keyword.equals("range")) {
                    throw fail("unexpected " + then.rest.getFirst() + " in else");
                }
                otherwise = List.of(control(next, then.rest.subList(1, then.rest.size())));
            } else {
                var last = block();
                if (!last.keyword.equals("end")) {
                    throw fail(last.keyword.isEmpty() ? "unexpected EOF" : "expected end; found {{else}}");
                }
                otherwise = last.nodes;
            }
        } else if (then.keyword.isEmpty()) {
            throw fail("unexpected EOF");
        }
        while (variables.size() > scope) {
            variables.removeLast();
        }
        return switch (keyword) {
            case "if" -> new Node.If(pipe, then.nodes, otherwise);
            case "with" -> new Node.With(pipe, then.nodes, otherwise);
            default -> new Node.Range(pipe, then.nodes, otherwise);
        };
    }

    private void define(List<TemplateTokens.Token> rest) throws TemplateException {
        if (rest.size() != 1 || !(rest.getFirst().value() instanceof String defined)) {
            throw fail("missing name in define clause");
        }
        templates.put(defined, definition());
    }

    private List<Node> definition() throws TemplateException {
        var outer = new ArrayList<>(variables);
        int outerLoops = loops;
        variables.clear();
        variables.add("$");
        loops = 0;
        var block = block();
        if (!block.keyword.equals("end")) {
            throw fail("unexpected EOF");
        }
        variables.clear();
        variables.addAll(outer);
        loops = outerLoops;
        return block.nodes;
    }

    private Node blockDefinition(List<TemplateTokens.Token> rest) throws TemplateException {
        if (rest.isEmpty() || !(rest.getFirst().value() instanceof String defined)) {
            throw fail("missing name in block clause");
        }
        var argument = pipe(rest.subList(1, rest.size()), "block clause");
        String place = rest.getFirst().place();
        templates.put(defined, definition());
        return new Node.Call(defined, argument, shown(rest), place);
    }

    private Node call(List<TemplateTokens.Token> rest) throws TemplateException {
        if (rest.isEmpty() || !(rest.getFirst().value() instanceof String called)) {
            throw fail("missing name in template clause");
        }
        return new Node.Call(
                called,
                rest.size() == 1 ? null : pipe(rest.subList(1, rest.size()), "template clause"),
                shown(rest),
                rest.getFirst().place());
    }

    private static String shown(List<TemplateTokens.Token> rest) {
        var text = new StringBuilder("{{template");
        for (var part : rest) {
            text.append(part.spaced() ? " " : "").append(part);
        }
        return text.append("}}").toString();
    }

    private Node.Pipe pipe(List<TemplateTokens.Token> from, String context) throws TemplateException {
        var outerTokens = tokens;
        int outerToken = token;
        tokens = from;
        token = 0;
        var pipe = pipe(context, false);
        if (token < tokens.size()) {
            throw fail("unexpected " + tokens.get(token) + " in " + context);
        }
        tokens = outerTokens;
        token = outerToken;
        return pipe;
    }

    private TemplateTokens.@Nullable Token peek(int ahead) {
        return token + ahead < tokens.size() ? tokens.get(token + ahead) : null;
    }

    private boolean isSymbol(int ahead, String symbol) {
        var next = peek(ahead);
        return next != null
                && next.kind() == TemplateTokens.Kind.SYMBOL
                && next.text().equals(symbol);
    }

    private Node.Pipe pipe(String context, boolean nested) throws TemplateException {
        if (++depth > MAX_DEPTH) {
            throw fail("nested too deeply");
        }
        var declared = new ArrayList<String>();
        boolean assign = false;
        var first = peek(0);
        if (first != null && first.kind() == TemplateTokens.Kind.VARIABLE) {
            boolean two = context.equals("range")
                    && isSymbol(1, ",")
                    && peek(2) != null
                    && peek(2).kind() == TemplateTokens.Kind.VARIABLE;
            int mark = two ? 3 : 1;
            if (isSymbol(mark, ":=") || isSymbol(mark, "=")) {
                assign = isSymbol(mark, "=");
                declared.add(first.text());
                if (two) {
                    declared.add(tokens.get(token + 2).text());
                }
                token += mark + 1;
            }
        }
        var commands = new ArrayList<Node.Command>();
        while (true) {
            commands.add(command(context));
            if (!isSymbol(0, "|")) {
                break;
            }
            token++;
            if (token >= tokens.size()) {
                break;
            }
        }
        for (int i = 1; i < commands.size(); i++) {
            var operand = commands.get(i).operands().getFirst();
            if (operand instanceof Operand.Literal
                    || operand instanceof Operand.Nil
                    || operand instanceof Operand.Dot) {
                throw fail("non executable command in pipeline stage " + (i + 1));
            }
        }
        if (nested) {
            if (!isSymbol(0, ")")) {
                throw fail("unclosed left paren");
            }
            token++;
        }
        for (String variable : declared) {
            if (!assign) {
                variables.add(variable);
            } else if (!variables.contains(variable)) {
                throw fail("undefined variable \"" + variable + "\"");
            }
        }
        depth--;
        return new Node.Pipe(declared, assign, commands);
    }

    private Node.Command command(String context) throws TemplateException {
        var operands = new ArrayList<Operand>();
        int start = token;
        while (token < tokens.size() && !isSymbol(0, "|") && !isSymbol(0, ")")) {
            operands.add(operand());
        }
        if (operands.isEmpty()) {
            throw fail(start == 0 && token >= tokens.size() ? "missing value for " + context : "empty command");
        }
        var text = new StringBuilder();
        for (var part : tokens.subList(start, token)) {
            if (!text.isEmpty() && part.spaced()) {
                text.append(' ');
            }
            text.append(part);
        }
        String place = tokens.get(start).place();
        boolean chain = start + 1 < token
                && tokens.get(start + 1).kind() == TemplateTokens.Kind.FIELD
                && !tokens.get(start + 1).spaced();
        return new Node.Command(
                operands, text.toString(), place, chain ? tokens.get(start + 1).place() : place);
    }

    private Operand operand() throws TemplateException {
        var next = tokens.get(token++);
        return switch (next.kind()) {
            case FIELD -> new Operand.Field(path(next.text()));
            case VARIABLE -> {
                if (!variables.contains(next.text())) {
                    throw fail("undefined variable \"" + next.text() + "\"");
                }
                yield new Operand.Variable(next.text(), path(""));
            }
            case LITERAL -> new Operand.Literal(next.value());
            case WORD ->
                switch (next.text()) {
                    case "true" -> new Operand.Literal(true);
                    case "false" -> new Operand.Literal(false);
                    case "nil" -> new Operand.Nil();
                    default -> {
                        if (!functions.contains(next.text())) {
                            throw fail("function \"" + next.text() + "\" not defined");
                        }
                        yield new Operand.Function(next.text(), path(""));
                    }
                };
            case SYMBOL ->
                switch (next.text()) {
                    case "." -> new Operand.Dot();
                    case "(" -> {
                        var inner = pipe("parenthesized pipeline", true);
                        yield new Operand.Nested(inner, path(""));
                    }
                    default -> throw fail("unexpected " + next + " in operand");
                };
        };
    }

    /// The fields that follow without a blank: `.a.b.c`.
    private List<String> path(String first) {
        var path = new ArrayList<String>();
        if (!first.isEmpty()) {
            path.add(first);
        }
        while (peek(0) != null && peek(0).kind() == TemplateTokens.Kind.FIELD && !peek(0).spaced()) {
            path.add(tokens.get(token++).text());
        }
        return path;
    }
}
