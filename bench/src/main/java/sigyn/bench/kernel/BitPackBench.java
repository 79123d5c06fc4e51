package sigyn.bench.kernel;

import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import sigyn.codec.BitPack;
import sigyn.codec.ByteSink;

/// [BitPack], which holds the low bits of the distances between rows. An operation is a number.
@State(Scope.Benchmark)
@OperationsPerInvocation(BitPackBench.NUMBERS)
public class BitPackBench extends KernelBench {
    static final int NUMBERS = 1 << 16;

    /// Bits.
    @Param({"5", "13", "40"})
    public int width;

    private final ByteSink sink = new ByteSink(NUMBERS * Long.BYTES);
    private final long[] out = new long[NUMBERS];
    private long[] numbers = {};
    private byte[] packed = {};

    @Setup
    public void prepare() {
        numbers = new SplittableRandom(1).longs(NUMBERS, 0, 1L << width).toArray();
        packed = write().toByteArray();
    }

    @Benchmark
    public ByteSink write() {
        sink.clear();
        BitPack.write(sink, numbers, 0, NUMBERS, width);
        return sink;
    }

    @Benchmark
    public long[] read() {
        BitPack.read(packed, 0, NUMBERS, width, packed.length, out, 0);
        return out;
    }
}
