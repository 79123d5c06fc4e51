package sigyn.logql.template;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sigyn.logql.template.Node.Operand;

/// Which fields of its data a template names. What it reaches by handing on the data as a whole is not among them.
final class Fields {
    private Fields() {}

    static void collect(List<Node> nodes, Set<String> found) {
        for (var node : nodes) {
            switch (node) {
                case Node.Text _, Node.Break _, Node.Continue _ -> {}
                case Node.Action(var pipe) -> pipe(pipe, found);
                case Node.If(var pipe, var then, var otherwise) -> all(pipe, then, otherwise, found);
                case Node.With(var pipe, var then, var otherwise) -> all(pipe, then, otherwise, found);
                case Node.Range(var pipe, var body, var otherwise) -> all(pipe, body, otherwise, found);
                case Node.Call call -> pipe(call.argument(), found);
            }
        }
    }

    private static void all(Node.Pipe pipe, List<Node> then, List<Node> otherwise, Set<String> found) {
        pipe(pipe, found);
        collect(then, found);
        collect(otherwise, found);
    }

    private static void pipe(Node.@Nullable Pipe pipe, Set<String> found) {
        if (pipe == null) {
            return;
        }
        for (var command : pipe.commands()) {
            for (var operand : command.operands()) {
                switch (operand) {
                    case Operand.Field(var path) -> found.add(path.getFirst());
                    case Operand.Variable variable -> {
                        if (!variable.path().isEmpty()) {
                            found.add(variable.path().getFirst());
                        }
                    }
                    case Operand.Nested nested -> pipe(nested.pipe(), found);
                    case Operand.Dot _, Operand.Literal _, Operand.Nil _, Operand.Function _ -> {}
                }
            }
        }
    }
}
