package sigyn.storage;

/// What a tenant has, and what was done to it since the store was opened.
///
/// @param streams that are known
/// @param labelBytes of their labels' names and values
/// @param erasedLines whose bytes a deletion has removed
/// @param finishedDeletions that are carried out to the last byte
/// @param oldestDeletionNanos when the oldest of those that wait was asked for, 0 when none waits
public record TenantCounters(
        long streams, long labelBytes, long erasedLines, long finishedDeletions, long oldestDeletionNanos) {}
