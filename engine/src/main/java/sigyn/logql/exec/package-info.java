/// What runs: rows through stages, windows over samples, series through operators; and the types of an answer.
///
/// Read [QueryResult] for what comes out. Imports storage's read port only.
/// Threads: one caller per query.
@NullMarked
package sigyn.logql.exec;

import org.jspecify.annotations.NullMarked;
