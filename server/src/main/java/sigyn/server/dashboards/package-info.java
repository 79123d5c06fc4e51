/// The dashboards: Grafana's files, HTTP API and habits, answered by this program.
///
/// Read [Dashboards] first. Knows `auth`, `db`, `http` and, of the log server, only its HTTP handler.
/// Threads: requests run on their callers' threads; one thread of its own polls the provisioned files,
/// and `alert` has those that evaluate rules and send messages.
@NullMarked
package sigyn.server.dashboards;

import org.jspecify.annotations.NullMarked;
