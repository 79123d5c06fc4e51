package sigyn.storage;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.NavigableSet;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.LogReader;
import sigyn.storage.port.PushBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.port.StreamStats;

/// The log store of one node.
public final class Storage implements LogReader, AutoCloseable {
    private Storage() {}

    /// Opens or creates the store in a directory: sealed blocks serve at once, the write-ahead log is replayed.
    public static Storage open(Path directory, Clock clock) {
        throw new UnsupportedOperationException("storage at " + directory + " at " + clock.instant());
    }

    /// Takes a batch and returns when it is on disk and visible to scans. Throws `OVERLOADED` when there is no room.
    public void append(Tenant tenant, PushBatch batch) throws InterruptedException {
        throw new UnsupportedOperationException(tenant + " " + batch.rows());
    }

    @Override
    public List<ScanUnit> scan(ScanRequest request) {
        throw new UnsupportedOperationException(request.toString());
    }

    @Override
    public NavigableSet<String> labelNames(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        throw new UnsupportedOperationException(tenant.id());
    }

    @Override
    public NavigableSet<String> labelValues(Tenant tenant, String name, TimeRange range, List<LabelMatcher> matchers) {
        throw new UnsupportedOperationException(tenant.id());
    }

    @Override
    public List<Labels> series(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        throw new UnsupportedOperationException(tenant.id());
    }

    @Override
    public List<StreamStats> stats(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        throw new UnsupportedOperationException(tenant.id());
    }

    /// Seals everything in memory into blocks.
    public void flush() throws InterruptedException {}

    @Override
    public void close() {}
}
