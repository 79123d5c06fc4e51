package sigyn.logql;

/// What an engine keeps of earlier queries.
///
/// @param entries parts of answers; `bytes` is the memory that they hold
/// @param asked parts that queries looked for since the start; `found` those that were there
/// @param added parts that were kept; `evicted` those that made room for others
public record Remembered(long entries, long bytes, long asked, long found, long added, long evicted) {}
