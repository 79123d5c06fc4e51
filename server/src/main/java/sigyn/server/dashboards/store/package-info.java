/// What the dashboards keep: dashboards with their versions, folders, data sources, preferences, annotations.
///
/// Read [DashboardStore] first. SQL and records, no HTTP. All times are milliseconds since 1970.
@NullMarked
package sigyn.server.dashboards.store;

import org.jspecify.annotations.NullMarked;
