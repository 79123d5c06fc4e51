package sigyn.logql.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A parsed template.
sealed interface Node {
    record Text(String text) implements Node {}

    record Action(Pipe pipe) implements Node {}

    record If(Pipe pipe, List<Node> then, List<Node> otherwise) implements Node {}

    record With(Pipe pipe, List<Node> then, List<Node> otherwise) implements Node {}

    record Range(Pipe pipe, List<Node> body, List<Node> otherwise) implements Node {}

    /// @param text as it is shown in messages
    /// @param place line and column of the name
    record Call(String name, @Nullable Pipe argument, String text, String place) implements Node {}

    record Break() implements Node {}

    record Continue() implements Node {}

    /// Commands whose results are each other's last arguments, and the variables that take the last result.
    ///
    /// @param assign an existing variable gets a new value
    record Pipe(List<String> variables, boolean assign, List<Command> commands) {}

    /// @param text as it was written, for messages
    /// @param place line and column where it starts
    /// @param fieldPlace where the second field of a chain at its start is
    record Command(List<Operand> operands, String text, String place, String fieldPlace) {}

    sealed interface Operand {
        record Literal(Object value) implements Operand {}

        record Nil() implements Operand {}

        record Dot() implements Operand {}

        record Field(List<String> path) implements Operand {}

        record Variable(String name, List<String> path) implements Operand {}

        record Function(String name, List<String> path) implements Operand {}

        record Nested(Pipe pipe, List<String> path) implements Operand {}
    }
}
