package sigyn.bench.kernel;

import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import sigyn.model.LinePredicate;
import sigyn.storage.rowgroup.EncodedRowGroup;
import sigyn.storage.rowgroup.RowGroup;
import sigyn.storage.rowgroup.RowGroupEncoder;
import sigyn.storage.rowgroup.RowGroupInput;

/// A row group of 2 MiB of lines: encoded with and without the check that it decodes, and opened to make all its lines
/// or to count those with a text that is in some, in none. Decompression is part of it, as each call opens the group
/// anew. An operation is a byte of the lines that went in.
@SuppressWarnings("NullAway.Init")
@State(Scope.Benchmark)
@OperationsPerInvocation(RowGroupBench.BYTES)
public class RowGroupBench extends KernelBench {
    static final int BYTES = 2 << 20;

    @Param({ServiceLines.LOGFMT, ServiceLines.JSON, ServiceLines.SYSLOG})
    public String service = "";

    private final RowGroupEncoder encoder = new RowGroupEncoder();
    private final List<LinePredicate> inSome = List.of(new LinePredicate.Contains("12", false));
    private final List<LinePredicate> inNone = List.of(new LinePredicate.Contains("beefcafe0123", false));
    private RowGroupInput in;
    private EncodedRowGroup group;

    @Setup
    public void prepare() {
        in = ServiceLines.ofBytes(service, BYTES);
        group = encoder.encode(in);
    }

    @Benchmark
    public EncodedRowGroup encode() {
        return encoder.encode(in);
    }

    @Benchmark
    public EncodedRowGroup encodeUnverified() {
        return encoder.encodeUnverified(in);
    }

    @Benchmark
    public long decode() {
        return RowGroup.open(group.data()).decodeAll();
    }

    @Benchmark
    public int countInSome() {
        return RowGroup.open(group.data()).count(inSome);
    }

    @Benchmark
    public int countInNone() {
        return RowGroup.open(group.data()).count(inNone);
    }
}
