/// Bytes in, bytes out: variable-length integers, hashing, bit packing, search kernels, expressions as automata.
/// One class each.
///
/// Knows only the JDK; compressors are libraries.
@NullMarked
package sigyn.codec;

import org.jspecify.annotations.NullMarked;
