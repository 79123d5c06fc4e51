package sigyn.bench.kernel;

import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import sigyn.codec.BinaryFuse8;

/// [BinaryFuse8], the filter of a row group: built of random keys, and asked for all of them and for as many others. An
/// operation is a key.
@State(Scope.Benchmark)
@OperationsPerInvocation(BinaryFuse8Bench.KEYS)
public class BinaryFuse8Bench extends KernelBench {
    static final int KEYS = 100_000;

    private final long[] keys = new SplittableRandom(1).longs(KEYS).toArray();
    private final long[] others = new SplittableRandom(2).longs(KEYS).toArray();
    private final byte[] filter = new BinaryFuse8.Builder().build(keys, KEYS);

    @Benchmark
    public byte[] build() {
        return new BinaryFuse8.Builder().build(keys, KEYS);
    }

    @Benchmark
    public int askForKeys() {
        return ask(keys);
    }

    @Benchmark
    public int askForOthers() {
        return ask(others);
    }

    private int ask(long[] what) {
        int maybe = 0;
        for (long key : what) {
            maybe += BinaryFuse8.mayContain(filter, key) ? 1 : 0;
        }
        return maybe;
    }
}
