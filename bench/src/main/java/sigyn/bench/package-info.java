/// The measuring stick: a fixed workload replayed into a whole server over HTTP. [Bench] is `./sigyn bench`.
///
/// Knows no class of the server, so any server that speaks Loki can be measured.
@NullMarked
package sigyn.bench;

import org.jspecify.annotations.NullMarked;
