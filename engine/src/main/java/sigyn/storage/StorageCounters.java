package sigyn.storage;

/// What the store has done since it was opened, and what it holds now.
///
/// - `appendedLines`, `appendedBytes`: acknowledged, with duplicates; bytes of lines and metadata
/// - `duplicateLines`: of these, left out because they were there already
/// - `rejects`: appends refused for want of room or disk
/// - `walSyncs`, `walWrittenBytes`, `walFailures`, `walDiskBytes`, `walQueued`: the write-ahead log
/// - `replayedRecords`, `tornBytes`: found at start
/// - `streams`, `headRows`, `headBytes`, `spareBytes`, `sealingParts`: the head; bytes are memory held, and memory of
/// sealed parts that is kept for others
/// - `parts`: of the head, those that are being sealed among them; `openedParts`: begun since the start
/// - `walRecords`: batches written to the log since the start
/// - `blocks`, `blockBytes`, `blockRows`: live block files
/// - `sealedRowGroups`, `sealFailures`: since the start; `sealFailuresInARow`: since a seal worked, 0 when the last did
/// - `rewrites`: blocks or sets of blocks written anew by compaction, deletion or retention
/// - `pendingDeletions`, `tails`: waiting for their time; open live tails
/// - `damaged`: files and row groups that could not be read
public record StorageCounters(
        long appendedLines,
        long appendedBytes,
        long duplicateLines,
        long rejects,
        long walSyncs,
        long walWrittenBytes,
        long walFailures,
        long walDiskBytes,
        long walQueued,
        long replayedRecords,
        long tornBytes,
        long streams,
        long headRows,
        long headBytes,
        long spareBytes,
        long sealingParts,
        long parts,
        long openedParts,
        long walRecords,
        long blocks,
        long blockBytes,
        long blockRows,
        long sealedRowGroups,
        long sealFailures,
        long sealFailuresInARow,
        long rewrites,
        long pendingDeletions,
        long tails,
        long damaged) {}
