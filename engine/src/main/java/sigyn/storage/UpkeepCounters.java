package sigyn.storage;

/// What upkeep has done since the store was opened.
///
/// @param retention passes that dropped what was past its time or had no room
/// @param compaction passes that merged blocks
/// @param untouchedBlocks in which retention found nothing; `rewrittenBlocks` without some rows, `droppedBlocks` whole
public record UpkeepCounters(
        Passes retention, Passes compaction, long untouchedBlocks, long rewrittenBlocks, long droppedBlocks) {
    /// @param lastMillis when the last one that worked ended, 0 before the first
    public record Passes(long done, long failed, long nanos, long lastMillis) {}
}
