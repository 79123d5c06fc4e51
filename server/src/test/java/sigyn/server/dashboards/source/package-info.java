/// Tests of `source`.
@NullMarked
package sigyn.server.dashboards.source;

import org.jspecify.annotations.NullMarked;
