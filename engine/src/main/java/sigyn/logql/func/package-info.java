/// Functions over numbers, one file per family. Read [WindowFunction] first.
///
/// Knows `ast` only; holds no state but in the cells it makes.
@NullMarked
package sigyn.logql.func;

import org.jspecify.annotations.NullMarked;
