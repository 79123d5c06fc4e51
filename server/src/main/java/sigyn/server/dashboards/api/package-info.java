/// Grafana's HTTP API, one class per group of endpoints, and what our own interface adds below `/api/ui/`.
///
/// Read [DashboardApi] first. A class parses a request, asks a store, writes JSON; it throws [Refusal] for every answer
/// that is no success.
@NullMarked
package sigyn.server.dashboards.api;

import org.jspecify.annotations.NullMarked;
