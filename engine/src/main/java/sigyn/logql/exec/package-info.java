/// What runs: rows through stages, windows over samples, series through operators; and the types of an answer.
///
/// Read [QueryResult] for what comes out. Imports storage's read port only.
/// Threads: a query's own and helpers that it has for a scan; [CpuTurns] says which of all queries' threads compute.
@NullMarked
package sigyn.logql.exec;

import org.jspecify.annotations.NullMarked;
