package sigyn.logql;

import sigyn.model.Direction;

/// A query at one time, in nanoseconds. Limit and direction say nothing for metrics.
public record InstantQuery(String text, long time, int limit, Direction direction) {}
