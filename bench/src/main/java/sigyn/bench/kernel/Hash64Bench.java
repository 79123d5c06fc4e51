package sigyn.bench.kernel;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import sigyn.codec.Bytes;
import sigyn.codec.Hash64;
import sigyn.storage.rowgroup.RowGroupInput;

/// [Hash64] of each line, as the head looks for repeated ones, and beside it the JDK's CRC-32C. An operation is a byte.
@State(Scope.Benchmark)
@OperationsPerInvocation(Hash64Bench.BYTES)
public class Hash64Bench extends KernelBench {
    static final int BYTES = 1 << 20;

    private final RowGroupInput in = ServiceLines.ofBytes(ServiceLines.SYSLOG, BYTES);

    @Benchmark
    public long ofEachLine() {
        long all = 0;
        for (int i = 0; i < in.rows(); i++) {
            all ^= Hash64.of(0, in.bytes(), in.lineStart()[i], in.lineLength()[i]);
        }
        return all;
    }

    @Benchmark
    public int crc32cOfEachLine() {
        int all = 0;
        for (int i = 0; i < in.rows(); i++) {
            all ^= Bytes.crc32c(in.bytes(), in.lineStart()[i], in.lineLength()[i]);
        }
        return all;
    }
}
