/// The dashboards over a real port, and their rooms one by one.
@NullMarked
package sigyn.server.dashboards;

import org.jspecify.annotations.NullMarked;
