package sigyn.storage;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.roaringbitmap.RoaringBitmap;
import sigyn.model.Direction;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.block.OpenGroups;
import sigyn.storage.port.LogReader;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.port.StreamStats;

/// Answers what is asked of a store: from one view of a tenant at a time, so that no row is seen twice or missed.
final class StorageReader implements LogReader {
    /// Units of a scan from which on filters are asked by the threads that scan.
    private static final int MAX_PROBED = 4096;

    private final ConcurrentSkipListMap<Tenant, TenantStore> tenants;
    private final Damages damages;
    private final LogReplay<?> replay;
    private final OpenGroups opened =
            new OpenGroups(Math.clamp(Runtime.getRuntime().maxMemory() / 8, 32L << 20, 2L << 30));

    StorageReader(ConcurrentSkipListMap<Tenant, TenantStore> tenants, Damages damages, LogReplay<?> replay) {
        this.tenants = tenants;
        this.damages = damages;
        this.replay = replay;
    }

    @Override
    public List<ScanUnit> scan(ScanRequest request) {
        TenantStore tenant = tenants.get(request.tenant());
        if (tenant == null || request.range().isEmpty()) {
            return List.of();
        }
        var view = tenant.view();
        RoaringBitmap matched = tenant.streams().match(request.matchers());
        var wanted = new BitSet();
        matched.forEach((int id) -> wanted.set(id));
        var units = new ArrayList<ScanUnit>();
        for (var part : view.parts()) {
            var unit = new HeadUnit(request, tenant, part, wanted, view.deletions());
            if (unit.rows() > 0 && request.range().overlaps(unit.minTime(), unit.maxTime())) {
                units.add(unit);
            }
        }
        for (var block : view.blocks()) {
            for (var group : block.groups()) {
                if (request.range().overlaps(group.minTime(), group.maxTime()) && group.hasAny(wanted)) {
                    var unit = new RowGroupUnit(request, tenant, group, wanted, view.deletions(), damages, opened);
                    if (units.size() >= MAX_PROBED || !unit.isKnownToBeEmpty()) {
                        units.add(unit);
                    }
                }
            }
        }
        units.sort(
                request.direction() == Direction.FORWARD
                        ? Comparator.comparingLong(ScanUnit::minTime).thenComparingLong(ScanUnit::arrival)
                        : Comparator.comparingLong(ScanUnit::maxTime)
                                .thenComparingLong(ScanUnit::arrival)
                                .reversed());
        return units;
    }

    private RoaringBitmap present(TenantStore store, TimeRange range, List<LabelMatcher> matchers) {
        return range.isEmpty()
                ? new RoaringBitmap()
                : new StreamQueries(store, range, damages, opened).present(matchers);
    }

    @Override
    public NavigableSet<String> labelNames(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        TenantStore store = tenants.get(tenant);
        return store == null ? new TreeSet<>() : store.streams().names(present(store, range, matchers));
    }

    @Override
    public NavigableSet<String> labelValues(Tenant tenant, String name, TimeRange range, List<LabelMatcher> matchers) {
        TenantStore store = tenants.get(tenant);
        return store == null ? new TreeSet<>() : store.streams().values(name, present(store, range, matchers));
    }

    @Override
    public List<Labels> series(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        TenantStore store = tenants.get(tenant);
        return store == null
                ? List.of()
                : store.streams().get(present(store, range, matchers)).stream()
                        .map(stream -> stream.labels())
                        .sorted()
                        .toList();
    }

    @Override
    public List<StreamStats> stats(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        TenantStore store = tenants.get(tenant);
        return store == null || range.isEmpty()
                ? List.of()
                : new StreamQueries(store, range, damages, opened).stats(matchers);
    }

    /// Damage, and what of the write-ahead log has not been read yet.
    @Override
    public List<String> missing(Tenant tenant, TimeRange range) {
        var words = new ArrayList<String>();
        if (!replay.isDone()) {
            words.add("the answer is incomplete: the write-ahead log is still being read after a restart");
        }
        for (var damage : damages.in(tenant, range)) {
            words.add("the answer is incomplete: " + damage.message());
        }
        return words;
    }
}
