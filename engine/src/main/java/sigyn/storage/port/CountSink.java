package sigyn.storage.port;

/// Receives counts of rows.
@FunctionalInterface
public interface CountSink {
    /// `entries` more rows of streams of `group` have their time in `bucket`.
    void add(int group, int bucket, long entries);
}
