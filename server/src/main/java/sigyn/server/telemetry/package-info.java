/// What the program says about itself: metrics with the names that Loki's own dashboards and alerts read.
///
/// Read [Metrics] first. Knows nobody above it.
@NullMarked
package sigyn.server.telemetry;

import org.jspecify.annotations.NullMarked;
