package sigyn.bench.kernel;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/// How kernels are measured where the command line says nothing else: one thread, operations per microsecond. Each
/// kernel says what an operation is. When it is a byte, `ops/us` is MB/s; when it is a row, a number or a key, `ops/us`
/// is millions of them per second.
///
/// JMH calls `prepare` before anything is measured; only what a parameter decides is left to it.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class KernelBench {}
