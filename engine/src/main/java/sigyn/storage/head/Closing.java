package sigyn.storage.head;

/// Why a part of the head takes no more rows.
public enum Closing {
    /// It was large enough, or the head had no more room.
    FULL,
    /// It was open for long enough, or held the write-ahead log.
    OLD,
    /// Somebody wanted its rows in blocks: a flush, a deletion, retention.
    ASKED
}
