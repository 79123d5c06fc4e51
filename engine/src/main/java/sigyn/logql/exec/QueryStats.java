package sigyn.logql.exec;

/// What a query cost.
///
/// @param bytesProcessed line bytes that were looked at
/// @param linesProcessed rows that were looked at
/// @param linesMatched rows that passed all filters
/// @param metadataBytes bytes of structured metadata that were looked at
/// @param units pieces of stored data that were scanned
/// @param rowsCounted of the rows, those that storage counted
/// @param rowsByColumns of the rows, those whose part in the answer was found without their lines
/// @param rowsRemembered of the rows, those of pieces whose part in the answer was known from an earlier query
/// @param entriesReturned lines or series of the answer
/// @param execNanos wall time
public record QueryStats(
        long bytesProcessed,
        long linesProcessed,
        long linesMatched,
        long metadataBytes,
        long units,
        long rowsCounted,
        long rowsByColumns,
        long rowsRemembered,
        long entriesReturned,
        long execNanos) {
    public static final QueryStats NONE = new QueryStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// Rows that went through the stages line by line.
    public long rowsByLines() {
        return linesProcessed - rowsCounted - rowsByColumns - rowsRemembered;
    }
}
