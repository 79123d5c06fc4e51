package sigyn.client;

/// What happens to a line that finds the queue full after every queued line of a lower level has made way for it.
public enum Overflow {
    /// The new line is dropped.
    DROP_NEWEST,
    /// The oldest queued line of the same level is dropped.
    DROP_OLDEST,
    /// The caller waits up to [ClientConfig#blockAtMost()] for room, then the new line is dropped.
    BLOCK
}
