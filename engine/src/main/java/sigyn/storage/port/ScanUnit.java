package sigyn.storage.port;

import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import sigyn.model.Labels;

/// A piece of stored data that one thread scans. No entry is in two units of a scan, whatever the state of the files.
public interface ScanUnit {
    /// Time of the oldest entry that may come, nanoseconds.
    long minTime();

    /// Time of the newest entry that may come, nanoseconds.
    long maxTime();

    /// Rows to look at, at most.
    long rows();

    /// Breaks ties between units: of entries of one stream with equal times, those of the unit with the smaller number
    /// arrived first.
    default long arrival() {
        return 0;
    }

    /// Equal for units that have the same rows for equal matchers and lines, today and later; null when rows may come
    /// or
    /// go.
    default @Nullable Object identity() {
        return null;
    }

    /// The unit without the bounds of the request's time range: all its rows of any time.
    default ScanUnit whole() {
        return this;
    }

    /// Hands the matching rows to `sink` in batches, in time order of the request's direction (equal times: order of
    /// arrival, reversed when backward), until they end, the sink has enough, or the thread is interrupted.
    void read(RowSink sink) throws InterruptedException;

    /// Shows the matching rows to `templates` first, as far as the unit has them by template, in no particular order of
    /// templates; then [#read]s those that were asked for and those that have no template.
    default void read(TemplateSink templates, RowSink sink) throws InterruptedException {
        read(sink);
    }

    /// Counts the matching rows without reading a line: a row of a stream for which `groupOf` gives 0 or more, with
    /// its time in `[bounds[i], bounds[i + 1])`, counts for that group in bucket `i`; `bounds` ascend. Says false,
    /// having counted nothing, when lines would have to be read, or when rows may have structured metadata of a key
    /// that
    /// `matters`; then [#read] has to do.
    ///
    /// @param bytes also say how many bytes the lines have
    default boolean count(
            Predicate<String> matters, ToIntFunction<Labels> groupOf, long[] bounds, boolean bytes, CountSink sink)
            throws InterruptedException {
        return false;
    }

    /// Receives batches; a batch is only valid during the call.
    @FunctionalInterface
    interface RowSink {
        /// Returns false when no more rows are wanted.
        boolean accept(RowBatch batch) throws InterruptedException;
    }
}
