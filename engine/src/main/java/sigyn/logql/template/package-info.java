/// Go's `text/template`: parser, evaluator, and the functions that log templates have. No reflection: values are
/// strings, longs, doubles, booleans, lists, maps, [GoTime], or null.
///
/// Read [Template] first. Knows the JDK, the regex library and how quantities are written (`ast`).
@NullMarked
package sigyn.logql.template;

import org.jspecify.annotations.NullMarked;
