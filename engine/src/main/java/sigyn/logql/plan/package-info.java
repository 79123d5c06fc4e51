/// What will run: a scan and the stages behind it. Read [LogPlan].
///
/// Knows `model`, `ast` and what stages need.
@NullMarked
package sigyn.logql.plan;

import org.jspecify.annotations.NullMarked;
