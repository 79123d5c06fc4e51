/// From text to trees: a hand-written lexer and one method per production.
///
/// Read [Parser] first. Knows `model` and `ast`; every failure is a `BAD_REQUEST` that says where.
@NullMarked
package sigyn.logql.parse;

import org.jspecify.annotations.NullMarked;
