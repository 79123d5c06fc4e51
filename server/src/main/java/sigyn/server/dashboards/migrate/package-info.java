/// From whatever people have to a dashboard of the current schema: envelopes, inputs, the chain of schema steps, panel
/// types that are no more. Read [Migration] first.
///
/// Steps change a tree in place, keep every key they do not know, and write what they could not keep exactly into the
/// [Report]. Nothing here touches a disk or a network.
@NullMarked
package sigyn.server.dashboards.migrate;

import org.jspecify.annotations.NullMarked;
