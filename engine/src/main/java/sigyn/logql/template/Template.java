package sigyn.logql.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.logql.template.Node.Operand;

/// A parsed Go template and its evaluation. Immutable; every run has a state of its own.
public final class Template {
    private static final Map<String, Function> FUNCTIONS = new HashMap<>();
    private static final Set<String> NAMES;
    private static final int MAX_OUTPUT = 4 << 20;
    private static final int MAX_STEPS = 100_000;
    private static final int MAX_DEPTH = 100;

    static {
        Builtins.register(FUNCTIONS);
        TextFunctions.register(FUNCTIONS);
        NumberFunctions.register(FUNCTIONS);
        NAMES = new HashSet<>(FUNCTIONS.keySet());
        NAMES.addAll(List.of("and", "or"));
    }

    private final String name;
    private final Map<String, List<Node>> templates;
    private final Set<String> fields;

    private Template(String name, Map<String, List<Node>> templates) {
        this.name = name;
        this.templates = templates;
        var found = new LinkedHashSet<String>();
        for (var nodes : templates.values()) {
            Fields.collect(nodes, found);
        }
        this.fields = Set.copyOf(found);
    }

    /// Parses a template; `name` is what messages call it.
    public static Template parse(String name, String text) throws TemplateException {
        return new Template(name, TemplateParser.parse(name, text, NAMES));
    }

    /// The names of all functions, for documentation and completion.
    public static Set<String> functionNames() {
        return Set.copyOf(NAMES);
    }

    /// The fields of the data that the template names.
    public Set<String> fields() {
        return fields;
    }

    /// The text for some data, the labels of a line.
    public String run(LabelMap data, String line, long time) throws TemplateException {
        return run(data, new Function.Context() {
            @Override
            public String line() {
                return line;
            }

            @Override
            public long time() {
                return time;
            }
        });
    }

    /// The text for any data: maps, lists, texts, numbers.
    public String run(@Nullable Object data, Function.Context context) throws TemplateException {
        var run = new Run(data, context);
        run.walk(templates.getOrDefault(name, List.of()), data);
        return run.out.toString();
    }

    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private record Variable(String name, @Nullable Object[] value) {}

    private final class Run {
        private final Function.Context context;
        private final StringBuilder out = new StringBuilder();
        private final Deque<Variable> variables = new ArrayDeque<>();
        private Node.@Nullable Command current;
        private int steps;
        private int depth;

        Run(@Nullable Object data, Function.Context context) {
            this.context = context;
            variables.push(new Variable("$", new Object[] {data}));
        }

        private TemplateException fault(String at, String message) {
            return fault(current == null ? "1:2" : current.place(), at, message);
        }

        private TemplateException fault(String place, String at, String message) {
            return new TemplateException(
                    "template: " + name + ":" + place + ": executing \"" + name + "\" at <" + at + ">: " + message);
        }

        private TemplateException field(String field, String message) {
            if (current == null || current.operands().size() > 1) {
                return fault("." + field, message);
            }
            return fault(current.fieldPlace(), current.text(), message);
        }

        Flow walk(List<Node> nodes, @Nullable Object dot) throws TemplateException {
            for (var node : nodes) {
                if (++steps > MAX_STEPS || out.length() > MAX_OUTPUT) {
                    throw fault("template", "it runs too long");
                }
                var flow = one(node, dot);
                if (flow != Flow.ON) {
                    return flow;
                }
            }
            return Flow.ON;
        }

        private Flow one(Node node, @Nullable Object dot) throws TemplateException {
            switch (node) {
                case Node.Text(var text) -> out.append(text);
                case Node.Action(var pipe) -> {
                    Object value = evaluate(pipe, dot);
                    if (pipe.variables().isEmpty()) {
                        out.append(Values.shown(value));
                    }
                }
                case Node.If(var pipe, var then, var otherwise) -> {
                    int scope = variables.size();
                    boolean holds = Values.isTrue(evaluate(pipe, dot));
                    var flow = walk(holds ? then : otherwise, dot);
                    leave(scope);
                    return flow;
                }
                case Node.With(var pipe, var then, var otherwise) -> {
                    int scope = variables.size();
                    Object value = evaluate(pipe, dot);
                    var flow = Values.isTrue(value) ? walk(then, value) : walk(otherwise, dot);
                    leave(scope);
                    return flow;
                }
                case Node.Range range -> {
                    return range(range, dot);
                }
                case Node.Call call -> call(call, dot);
                case Node.Break _ -> {
                    return Flow.BREAK;
                }
                case Node.Continue _ -> {
                    return Flow.CONTINUE;
                }
            }
            return Flow.ON;
        }

        private void leave(int scope) {
            while (variables.size() > scope) {
                variables.pop();
            }
        }

        private void call(Node.Call call, @Nullable Object dot) throws TemplateException {
            var body = templates.get(call.name());
            var argument = call.argument();
            if (body == null) {
                throw fault(call.place(), call.text(), "template \"" + call.name() + "\" not defined");
            }
            if (++depth > MAX_DEPTH) {
                throw fault(call.place(), call.text(), "exceeded maximum template depth (" + MAX_DEPTH + ")");
            }
            Object data = argument == null ? null : evaluate(argument, dot);
            var outer = new ArrayDeque<>(variables);
            variables.clear();
            variables.push(new Variable("$", new Object[] {data}));
            walk(body, data);
            variables.clear();
            variables.addAll(outer);
            depth--;
        }

        private Flow range(Node.Range range, @Nullable Object dot) throws TemplateException {
            int scope = variables.size();
            // The loop's own variables get their values turn by turn.
            var bare = new Node.Pipe(List.of(), false, range.pipe().commands());
            Object value = evaluate(bare, dot);
            var keys = new ArrayList<@Nullable Object>();
            var items = new ArrayList<@Nullable Object>();
            switch (value) {
                case null -> {}
                case List<?> list -> {
                    for (int i = 0; i < list.size(); i++) {
                        keys.add((long) i);
                        items.add(list.get(i));
                    }
                }
                case Map<?, ?> map ->
                    new TreeMap<Object, @Nullable Object>(map).forEach((k, v) -> {
                        keys.add(k);
                        items.add(v);
                    });
                case Long n -> {
                    long most = Math.min(n, MAX_STEPS - steps + 1L);
                    steps += (int) Math.max(0, most);
                    for (long i = 0; i < most; i++) {
                        keys.add(i);
                        items.add(i);
                    }
                }
                default ->
                    throw fault(
                            range.pipe().commands().getFirst().text(),
                            "range can't iterate over " + Values.text(value));
            }
            if (items.isEmpty()) {
                return walk(range.otherwise(), dot);
            }
            var names = range.pipe().variables();
            for (int i = 0; i < items.size(); i++) {
                if (names.size() == 1) {
                    bind(names.getFirst(), items.get(i), range.pipe().assign());
                } else if (names.size() == 2) {
                    bind(names.get(0), keys.get(i), range.pipe().assign());
                    bind(names.get(1), items.get(i), range.pipe().assign());
                }
                var flow = walk(range.body(), items.get(i));
                leave(scope);
                if (flow == Flow.BREAK) {
                    break;
                }
            }
            return Flow.ON;
        }

        private void bind(String variable, @Nullable Object value, boolean assign) {
            if (assign) {
                for (var known : variables) {
                    if (known.name.equals(variable)) {
                        known.value[0] = value;
                        return;
                    }
                }
            }
            variables.push(new Variable(variable, new Object[] {value}));
        }

        private @Nullable Object evaluate(Node.Pipe pipe, @Nullable Object dot) throws TemplateException {
            Object value = null;
            boolean first = true;
            for (var command : pipe.commands()) {
                value = command(command, dot, value, !first);
                first = false;
            }
            for (String variable : pipe.variables()) {
                bind(variable, value, pipe.assign());
            }
            return value;
        }

        private @Nullable Object command(
                Node.Command command, @Nullable Object dot, @Nullable Object last, boolean piped)
                throws TemplateException {
            var outer = current;
            current = command;
            var value = result(command, dot, last, piped);
            current = outer;
            return value;
        }

        private @Nullable Object result(
                Node.Command command, @Nullable Object dot, @Nullable Object last, boolean piped)
                throws TemplateException {
            if (++steps > MAX_STEPS) {
                throw fault(command.text(), "it runs too long");
            }
            var operands = command.operands();
            var first = operands.getFirst();
            boolean hasArguments = operands.size() > 1 || piped;
            if (first instanceof Operand.Function(var function, var path) && path.isEmpty()) {
                return function(command, function, dot, last, piped);
            }
            if (first instanceof Operand.Nil) {
                throw fault("nil", "nil is not a command");
            }
            var arguments = new ArrayList<@Nullable Object>();
            if (hasArguments) {
                for (var operand : operands.subList(1, operands.size())) {
                    arguments.add(value(operand, dot));
                }
                if (piped) {
                    arguments.add(last);
                }
                if (first instanceof Operand.Literal || first instanceof Operand.Dot) {
                    throw fault(command.text(), "can't give argument to non-function " + command.text());
                }
            }
            return value(first, dot, arguments);
        }

        private @Nullable Object function(
                Node.Command command, String called, @Nullable Object dot, @Nullable Object last, boolean piped)
                throws TemplateException {
            var operands = command.operands();
            if (called.equals("and") || called.equals("or")) {
                return logic(command, called.equals("or"), dot, last, piped);
            }
            var arguments = new ArrayList<@Nullable Object>(operands.size());
            for (var operand : operands.subList(1, operands.size())) {
                arguments.add(value(operand, dot));
            }
            if (piped) {
                arguments.add(last);
            }
            var function = FUNCTIONS.get(called);
            if (function == null) {
                throw new AssertionError(called);
            }
            int n = arguments.size();
            if (n < function.least() || function.most() >= 0 && n > function.most()) {
                boolean variadic = function.most() != function.least();
                String want = variadic ? "at least " + function.least() : "" + function.least();
                int got = variadic ? operands.size() - 1 : n;
                throw fault(called, "wrong number of args for " + called + ": want " + want + " got " + got);
            }
            try {
                var result = function.body().call(arguments, context);
                if (result instanceof CharSequence text && text.length() > MAX_OUTPUT) {
                    throw new TemplateException("the result is longer than " + MAX_OUTPUT + " characters");
                }
                return result;
            } catch (TemplateException e) {
                if (called.equals("call")) {
                    String what = command.text().replaceFirst("^call\\s*", "").replaceFirst("\\s.*", "");
                    throw fault(
                            command.text(),
                            "error calling call: non-function " + what + " of type "
                                    + Values.type(arguments.getFirst()));
                }
                throw fault(command.text(), "error calling " + called + ": " + e.getMessage());
            }
        }

        private @Nullable Object logic(
                Node.Command command, boolean until, @Nullable Object dot, @Nullable Object last, boolean piped)
                throws TemplateException {
            var operands = command.operands();
            Object value = null;
            boolean any = false;
            for (var operand : operands.subList(1, operands.size())) {
                value = value(operand, dot);
                any = true;
                if (Values.isTrue(value) == until) {
                    return value;
                }
            }
            if (piped) {
                return last;
            }
            if (!any) {
                throw fault(
                        command.text(),
                        "wrong number of args for " + (until ? "or" : "and") + ": want at least 1 got 0");
            }
            return value;
        }

        private @Nullable Object value(Operand operand, @Nullable Object dot) throws TemplateException {
            return value(operand, dot, List.of());
        }

        private @Nullable Object value(Operand operand, @Nullable Object dot, List<@Nullable Object> arguments)
                throws TemplateException {
            return switch (operand) {
                case Operand.Literal(var literal) -> literal;
                case Operand.Nil _ -> null;
                case Operand.Dot _ -> dot;
                case Operand.Field(var path) -> fields(dot, path, arguments);
                case Operand.Variable(var variable, var path) -> fields(lookup(variable), path, arguments);
                case Operand.Nested(var pipe, var path) -> fields(evaluate(pipe, dot), path, arguments);
                case Operand.Function(var called, var path) -> {
                    var bare = new Node.Command(List.of(new Operand.Function(called, List.of())), called, "1:2", "1:2");
                    yield fields(function(bare, called, dot, null, false), path, arguments);
                }
            };
        }

        private @Nullable Object lookup(String variable) {
            for (var known : variables) {
                if (known.name.equals(variable)) {
                    return known.value[0];
                }
            }
            throw new AssertionError(variable);
        }

        private @Nullable Object fields(@Nullable Object from, List<String> path, List<@Nullable Object> arguments)
                throws TemplateException {
            Object value = from;
            for (int i = 0; i < path.size(); i++) {
                String field = path.get(i);
                boolean isLast = i == path.size() - 1;
                switch (value) {
                    case Map<?, ?> map -> value = map.get(field);
                    case GoTime time -> {
                        value = time.call(field, isLast ? arguments : List.of());
                        if (value == null) {
                            throw field(field, "can't evaluate field " + field + " in type time.Time");
                        }
                    }
                    case null -> throw field(field, "nil pointer evaluating interface {}." + field);
                    default -> throw field(field, "can't evaluate field " + field + " in type " + Values.type(value));
                }
                if (isLast
                        && !arguments.isEmpty()
                        && !(from instanceof GoTime)
                        && !(value instanceof GoTime)
                        && path.size() == 1) {
                    throw field(field, field + " has arguments but cannot be invoked as function");
                }
            }
            return value;
        }
    }
}
