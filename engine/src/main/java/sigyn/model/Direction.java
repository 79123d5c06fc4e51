package sigyn.model;

/// The order in which entries are wanted: oldest first or newest first.
public enum Direction {
    FORWARD,
    BACKWARD
}
