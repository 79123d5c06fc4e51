package sigyn.server.telemetry;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.function.Supplier;
import sigyn.logql.Remembered;

/// What is kept of earlier metric queries, under the names of Loki's cache of results.
final class CacheMetrics implements MultiCollector {
    private static final String NAME = "results";

    private final Supplier<Remembered> remembered;

    CacheMetrics(Supplier<Remembered> remembered) {
        this.remembered = remembered;
    }

    @Override
    public MetricSnapshots collect() {
        var r = remembered.get();
        var out = new Snapshots();
        out.oddlyNamed("loki_cache_fetched_keys", "Parts of answers that queries asked for.", r.asked(), "name", NAME);
        out.oddlyNamed("loki_cache_hits", "Parts of answers that were there.", r.found(), "name", NAME);
        out.gauge("loki_embeddedcache_entries", "Parts of answers that are kept.", r.entries(), "cache", NAME);
        out.gauge("loki_embeddedcache_memory_bytes", "Memory of what is kept.", r.bytes(), "cache", NAME);
        out.counter("loki_embeddedcache_added_new", "Parts of answers that were kept.", r.added(), "cache", NAME);
        out.counter("loki_embeddedcache_evicted", "Parts of answers that made room.", r.evicted(), "cache", NAME);
        return out.build();
    }
}
