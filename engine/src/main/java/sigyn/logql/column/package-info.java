/// Stages on the columns of a template instead of on lines: a parser runs once for all rows of a template, filters,
/// groupings and numbers are asked of dictionaries and number columns. What this cannot do for sure, it leaves to the
/// stages. Read [TemplatePipeline].
///
/// Knows `stage`, `ast` and storage's read port. For one thread each.
@NullMarked
package sigyn.logql.column;

import org.jspecify.annotations.NullMarked;
