/// What every test may lean on: seeded properties, clocks that are set by hand, log samples. Knows nothing of Sigyn.
@NullMarked
package sigyn.testkit;

import org.jspecify.annotations.NullMarked;
