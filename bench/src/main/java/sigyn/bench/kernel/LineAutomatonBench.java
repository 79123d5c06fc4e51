package sigyn.bench.kernel;

import com.google.re2j.Pattern;
import java.util.Arrays;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import sigyn.codec.LineAutomaton;
import sigyn.model.GoRegex;
import sigyn.storage.rowgroup.RowGroupInput;

/// A regular expression that is looked for in each line by [LineAutomaton], whose states are all made already, and by
/// re2j, which is asked where there is no automaton. An operation is a byte of a line.
@SuppressWarnings("NullAway.Init")
@State(Scope.Benchmark)
@OperationsPerInvocation(LineAutomatonBench.BYTES)
public class LineAutomatonBench extends KernelBench {
    static final int BYTES = 1 << 20;

    /// In no line; near the end of some; of two words, both near the beginning of some.
    @Param({"trace_id=[g-z]{8}", "status=5\\d\\d", "(?i)level=(warning|error)"})
    public String regex = "";

    private final RowGroupInput in = ServiceLines.ofBytes(ServiceLines.LOGFMT, BYTES);
    private LineAutomaton automaton;
    private Pattern pattern;

    @Setup
    public void prepare() {
        automaton = Objects.requireNonNull(LineAutomaton.of(regex));
        pattern = GoRegex.compile(regex);
        int expected = re2j();
        int found = automaton();
        if (found != expected) {
            throw new AssertionError(regex + ": " + found + " lines instead of " + expected);
        }
    }

    @Benchmark
    public int automaton() {
        int found = 0;
        for (int i = 0; i < in.rows(); i++) {
            int from = in.lineStart()[i];
            int state = automaton.walk(LineAutomaton.START, in.bytes(), from, from + in.lineLength()[i]);
            found += automaton.end(state) == LineAutomaton.FOUND ? 1 : 0;
        }
        return found;
    }

    @Benchmark
    public int re2j() {
        int found = 0;
        for (int i = 0; i < in.rows(); i++) {
            int from = in.lineStart()[i];
            byte[] line = Arrays.copyOfRange(in.bytes(), from, from + in.lineLength()[i]);
            found += pattern.matcher(line).find() ? 1 : 0;
        }
        return found;
    }
}
