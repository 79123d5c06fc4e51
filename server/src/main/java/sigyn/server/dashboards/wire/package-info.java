/// JSON trees as Grafana's files and API use them, and refusals that become API errors. Read [Json] first.
@NullMarked
package sigyn.server.dashboards.wire;

import org.jspecify.annotations.NullMarked;
