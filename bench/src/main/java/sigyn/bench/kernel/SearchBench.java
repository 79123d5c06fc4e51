package sigyn.bench.kernel;

import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import sigyn.codec.Search;
import sigyn.storage.rowgroup.RowGroupInput;

/// [Search] for a needle that is in no line, in one text and line by line, beside a plain loop that compares at each
/// place. An operation is a byte searched.
@State(Scope.Benchmark)
@OperationsPerInvocation(SearchBench.BYTES)
public class SearchBench extends KernelBench {
    static final int BYTES = 1 << 20;

    /// The rarest byte of the first is in no line, that of the second, a digit, is everywhere.
    @Param({"Quota exceeded!", "00000000000000"})
    public String needle = "";

    private final RowGroupInput in = ServiceLines.ofBytes(ServiceLines.LOGFMT, BYTES);
    private final byte[] joined = ServiceLines.joined(in);
    private byte[] bytes = {};
    private byte[] lower = {};
    private int rarest;

    @Setup
    public void prepare() {
        bytes = needle.getBytes(StandardCharsets.US_ASCII);
        lower = Search.lower(bytes);
        rarest = Search.rarest(bytes);
    }

    @Benchmark
    public int inText() {
        return Search.indexOf(joined, 0, joined.length, bytes, rarest);
    }

    @Benchmark
    public int inTextPlainLoop() {
        return plainLoop(joined, 0, joined.length, bytes);
    }

    @Benchmark
    public int inTextIgnoringCase() {
        return Search.indexOfIgnoringCase(joined, 0, joined.length, lower);
    }

    @Benchmark
    public int inEachLine() {
        int found = 0;
        for (int i = 0; i < in.rows(); i++) {
            int from = in.lineStart()[i];
            found += Search.indexOf(in.bytes(), from, from + in.lineLength()[i], bytes, rarest) >= 0 ? 1 : 0;
        }
        return found;
    }

    @Benchmark
    public int inEachLinePlainLoop() {
        int found = 0;
        for (int i = 0; i < in.rows(); i++) {
            int from = in.lineStart()[i];
            found += plainLoop(in.bytes(), from, from + in.lineLength()[i], bytes) >= 0 ? 1 : 0;
        }
        return found;
    }

    private static int plainLoop(byte[] hay, int from, int to, byte[] needle) {
        for (int i = from; i <= to - needle.length; i++) {
            int k = 0;
            while (k < needle.length && hay[i + k] == needle[k]) {
                k++;
            }
            if (k == needle.length) {
                return i;
            }
        }
        return -1;
    }
}
