/// The built user interface and what every answer to a browser carries. Read [WebFiles] first.
@NullMarked
package sigyn.server.dashboards.web;

import org.jspecify.annotations.NullMarked;
