package sigyn.bench.kernel;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import sigyn.storage.rowgroup.EncodedRowGroup;
import sigyn.storage.rowgroup.RowGroup;
import sigyn.storage.rowgroup.RowGroupEncoder;
import sigyn.storage.rowgroup.RowGroupSummary;

/// The times of a row group: those of all rows, and those of the pages, which come with the filters of the prune part.
/// Each call opens its part anew; [#open] does that for the rows and reads no time. An operation is a row of the group.
@State(Scope.Benchmark)
@OperationsPerInvocation(RowTimesBench.ROWS)
public class RowTimesBench extends KernelBench {
    static final int ROWS = 1 << 14;

    private final EncodedRowGroup group = new RowGroupEncoder().encode(ServiceLines.ofRows(ServiceLines.LOGFMT, ROWS));

    @Benchmark
    public RowGroup open() {
        return RowGroup.open(group.data());
    }

    @Benchmark
    public long[] times() {
        return RowGroup.open(group.data()).times();
    }

    @Benchmark
    public RowGroupSummary pages() {
        return RowGroupSummary.open(group.prune());
    }
}
