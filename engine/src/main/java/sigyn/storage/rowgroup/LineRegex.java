package sigyn.storage.rowgroup;

import com.google.re2j.Pattern;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sigyn.codec.LineAutomaton;
import sigyn.model.GoRegex;

/// Tells whether an expression finds a match in a line: by an automaton where that knows the expression and the line,
/// by the engine otherwise.
public final class LineRegex {
    private final Pattern pattern;
    private final @Nullable LineAutomaton automaton;

    public LineRegex(String regex) {
        pattern = GoRegex.compile(regex);
        automaton = LineAutomaton.of(regex);
    }

    @Nullable
    LineAutomaton automaton() {
        return automaton;
    }

    public boolean finds(byte[] line, int from, int to) {
        if (automaton != null) {
            int state = automaton.end(automaton.walk(LineAutomaton.START, line, from, to));
            if (state != LineAutomaton.UNSURE) {
                return state == LineAutomaton.FOUND;
            }
        }
        return search(line, from, to);
    }

    /// Asks the engine.
    boolean search(byte[] line, int from, int to) {
        return pattern.matcher(Arrays.copyOfRange(line, from, to)).find();
    }
}
