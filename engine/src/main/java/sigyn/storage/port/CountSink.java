package sigyn.storage.port;

/// Receives counts of rows.
@FunctionalInterface
public interface CountSink {
    /// `entries` more rows of streams of `group` have their time in `bucket`.
    ///
    /// @param bytes of their lines, where they were asked for
    void add(int group, int bucket, long entries, long bytes);
}
