package sigyn.bench.kernel;

import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import sigyn.logql.LinePipeline;
import sigyn.logql.LogQl;
import sigyn.model.Labels;
import sigyn.storage.rowgroup.RowGroupInput;

/// [LinePipeline], the stages of a query that take a line apart and drop most, as a live tail runs them; the line is
/// copied first. An operation is a byte of a line.
@SuppressWarnings("NullAway.Init")
@State(Scope.Benchmark)
@OperationsPerInvocation(LinePipelineBench.BYTES)
public class LinePipelineBench extends KernelBench {
    static final int BYTES = 1 << 20;

    private static final Labels STREAM = Labels.of("service", "a");

    @Param({"logfmt | bytes > 99900", "json | duration_ms > 2000", "regexp `duration=(?P<ms>[0-9]+)ms` | ms > 2000"})
    public String stages = "";

    private RowGroupInput in;
    private LinePipeline pipeline;

    @Setup
    public void prepare() {
        in = ServiceLines.ofBytes(stages.startsWith("json") ? ServiceLines.JSON : ServiceLines.LOGFMT, BYTES);
        pipeline = new LinePipeline(LogQl.parseLog("{service=\"a\"} | " + stages));
    }

    @Benchmark
    public int process() {
        int kept = 0;
        for (int i = 0; i < in.rows(); i++) {
            int from = in.lineStart()[i];
            byte[] line = Arrays.copyOfRange(in.bytes(), from, from + in.lineLength()[i]);
            kept += pipeline.process(STREAM, in.timestamp()[i], line, Labels.EMPTY)
                            .isPresent()
                    ? 1
                    : 0;
        }
        return kept;
    }
}
