package sigyn.storage;

/// What the write-ahead log gave back at the start.
///
/// @param running true while it is read
/// @param nanos that reading took, or has taken
/// @param waiting true while reading waits for room in the head
public record Recovered(
        long entries, long bytes, long streams, long parts, boolean running, long nanos, boolean waiting) {}
