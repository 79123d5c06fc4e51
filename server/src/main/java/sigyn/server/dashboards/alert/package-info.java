/// Alerting: rules over the logs, evaluated here, and the messages that say what fires.
///
/// Read [Alerting] first, then [Transitions], which is what happens to an instance from one evaluation to the next, as
/// a pure function. Asks data sources through `source`, the way a panel does; knows no HTTP of its own but that of its
/// messages. Time comes from the clock given. Threads: one that looks what is due, and virtual threads for groups of
/// rules and for messages.
@NullMarked
package sigyn.server.dashboards.alert;

import org.jspecify.annotations.NullMarked;
