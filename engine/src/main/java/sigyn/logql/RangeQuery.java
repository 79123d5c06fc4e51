package sigyn.logql;

import sigyn.model.Direction;

/// A query over time. Times, step and interval in nanoseconds. Lines are those of `[start, end)`; metrics have a point
/// at start, at every step after it, up to and with end.
///
/// @param interval lines: skip what follows a returned line by less; 0 for all
/// @param limit lines: how many at most
public record RangeQuery(String text, long start, long end, long step, long interval, int limit, Direction direction) {}
