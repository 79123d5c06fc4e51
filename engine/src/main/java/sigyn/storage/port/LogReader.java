package sigyn.storage.port;

import java.util.List;
import java.util.NavigableSet;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;

/// What queries may ask of stored logs. Implemented by `Storage` and, in tests, by a naive list of entries.
public interface LogReader {
    /// The pieces to read, in the order of the request's direction by their nearest time.
    List<ScanUnit> scan(ScanRequest request);

    /// Names of the labels of all streams that match and have an entry in the range.
    NavigableSet<String> labelNames(Tenant tenant, TimeRange range, List<LabelMatcher> matchers);

    /// Values of one label over the same streams.
    NavigableSet<String> labelValues(Tenant tenant, String name, TimeRange range, List<LabelMatcher> matchers);

    /// Label sets of the same streams, sorted.
    List<Labels> series(Tenant tenant, TimeRange range, List<LabelMatcher> matchers);

    /// Entries and bytes of each of the same streams, sorted by labels.
    List<StreamStats> stats(Tenant tenant, TimeRange range, List<LabelMatcher> matchers);

    /// Why entries of the range may be missing from answers given now, in words; empty when nothing is.
    default List<String> missing(Tenant tenant, TimeRange range) {
        return List.of();
    }
}
