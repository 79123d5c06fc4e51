/// What was typed: LogQL as records with positions. Printing and parsing again gives the same tree, up to spans.
///
/// Read [Expr] first. Knows `model` only.
@NullMarked
package sigyn.logql.ast;

import org.jspecify.annotations.NullMarked;
