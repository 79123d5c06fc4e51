/// Tests of `migrate`.
@NullMarked
package sigyn.server.dashboards.migrate;

import org.jspecify.annotations.NullMarked;
