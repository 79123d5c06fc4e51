/// The rules that rewrite plans, one class each, listed in [Rules].
@NullMarked
package sigyn.logql.plan.rule;

import org.jspecify.annotations.NullMarked;
