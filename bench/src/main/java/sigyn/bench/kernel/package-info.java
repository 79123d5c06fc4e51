/// The engine's kernels alone, measured with JMH: `./sigyn bench kernels [options of JMH]`. One class for each kernel;
/// read [KernelBench] first, which says how all of them are measured, then [ServiceLines], which says on what.
///
/// Knows public classes of the engine; what is package-private there is measured through the nearest public one.
@NullMarked
package sigyn.bench.kernel;

import org.jspecify.annotations.NullMarked;
