package sigyn.bench.kernel;

import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import sigyn.codec.TextPieces;

/// [TextPieces], the filter of a chunk of the head, of 64 KiB of lines: an operation is a byte when it is built, and a
/// question when it is asked for a text that is not there.
@State(Scope.Benchmark)
public class TextPiecesBench extends KernelBench {
    private static final int BYTES = 1 << 16;

    private final byte[] lines = ServiceLines.joined(ServiceLines.ofBytes(ServiceLines.LOGFMT, BYTES));
    private final TextPieces pieces = new TextPieces(lines, BYTES);
    private final byte[] absent = "connection lost to".getBytes(StandardCharsets.US_ASCII);

    @Benchmark
    @OperationsPerInvocation(BYTES)
    public TextPieces build() {
        return new TextPieces(lines, BYTES);
    }

    @Benchmark
    public boolean ask() {
        return pieces.mayHold(absent);
    }
}
