/// The nouns everything else is said in: tenants, labels, matchers, time ranges, line predicates, errors.
///
/// Read [Labels] and [LabelMatcher] first. Knows only the JDK and the regex library; holds no state.
@NullMarked
package sigyn.model;

import org.jspecify.annotations.NullMarked;
