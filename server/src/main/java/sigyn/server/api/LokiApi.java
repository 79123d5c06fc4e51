package sigyn.server.api;

import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import sigyn.logql.QueryEngine;
import sigyn.server.config.LokiConfig;
import sigyn.server.config.Overrides;
import sigyn.server.http.GzipFilter;
import sigyn.server.http.Handler;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import sigyn.server.ingest.Ingest;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.Storage;

/// The log server's whole HTTP face.
public final class LokiApi implements Handler {
    private final Handler handler;
    private final String prefix;
    private final Set<String> paths;

    /// @param terminator ends the process soon, for whoever asks for it
    public LokiApi(
            LokiConfig config,
            Overrides limits,
            Storage storage,
            QueryEngine engine,
            Ingest ingest,
            Metrics metrics,
            Runnable terminator,
            Clock clock) {
        var push = new PushApi(ingest, storage, metrics);
        var query = new QueryApi(engine, limits, clock);
        var labels = new LabelsApi(storage, clock);
        var index = new IndexApi(storage, limits, clock);
        var detected = new DetectedApi(storage, limits, clock);
        var demoted = new DemotedApi(ingest);
        var fields = new DetectedFields(engine, limits, clock);
        var tail = new TailApi(storage, engine, limits, metrics, config.tailMaxDuration(), clock);
        var legacy = new LegacyApi(engine, limits, clock);
        var status = new StatusApi(storage, config.yaml(), limits, terminator, clock);
        metrics.storage(storage, clock);
        metrics.remembered(engine::remembered);
        metrics.gauge(
                "loki_ingester_shutdown_marker",
                "1 when somebody has said that the process will be stopped.",
                () -> status.isShutdownPrepared() ? 1 : 0);
        var tenants = new Router()
                .route("POST", "/loki/api/v1/push", push::push)
                .route("POST", "/api/prom/push", push::push)
                .route("POST", "/otlp/v1/logs", push::otlp)
                .route("GET,POST", "/loki/api/v1/query", query::instant)
                .route("GET,POST", "/loki/api/v1/query_range", query::range)
                .route("GET,POST", "/loki/api/v1/labels", labels::names)
                .route("GET,POST", "/loki/api/v1/label", labels::names)
                .route("GET,POST", "/loki/api/v1/label/{name}/values", labels::values)
                .route("GET,POST", "/loki/api/v1/series", labels::series)
                .get("/loki/api/v1/tail", tail::tail)
                .get("/api/prom/tail", tail::legacyTail)
                .route("GET,POST", "/loki/api/v1/detected_labels", detected::labels)
                .route("GET,POST", "/loki/api/v1/detected_fields", fields::fields)
                .route("GET,POST", "/loki/api/v1/detected_field/{name}/values", fields::values)
                .get("/loki/api/v1/demoted_labels", demoted::labels)
                .get("/loki/api/v1/drilldown-limits", r -> detected.drilldownLimits(r, config.patterns()))
                .route("GET,POST", "/api/prom/query", legacy::query)
                .route("GET,POST", "/api/prom/label", labels::names)
                .route("GET,POST", "/api/prom/label/{name}/values", labels::values)
                .route("GET,POST", "/api/prom/series", labels::series)
                .route("GET,POST", "/loki/api/v1/index/stats", index::stats)
                .route("GET,POST", "/loki/api/v1/index/volume", index::volume)
                .route("GET,POST", "/loki/api/v1/index/volume_range", index::volumeRange)
                .route("GET,POST", "/loki/api/v1/index/shards", index::shards);
        if (config.compactor().retentionEnabled()) {
            var requests = new DeleteRequests(config.data().resolve("deletes.json"), storage);
            var delete = new DeleteApi(requests, limits, config.compactor(), metrics, clock);
            tenants.route("POST,PUT", "/loki/api/v1/delete", delete::add)
                    .get("/loki/api/v1/delete", delete::list)
                    .route("DELETE", "/loki/api/v1/delete", delete::withdraw)
                    .get("/loki/api/v1/cache/generation_numbers", delete::cacheGenerations);
        }
        tenants.get("/config/tenant/v1/limits", status::tenantLimits);
        var patterns = new PatternsApi(storage, limits, clock);
        tenants.route(
                "GET,POST", "/loki/api/v1/patterns", config.patterns() ? patterns::patterns : _ -> Response.of(404));
        Handler withTenant = tenants.with(new TenantFilter(config.authEnabled(), config.multiTenantQueries()));
        var all = new Router()
                .get("/ready", status::ready)
                .get("/metrics", _ -> Response.of(200, Metrics.contentType(), metrics.text()))
                .get("/config", status::config)
                .get("/services", status::services)
                .get("/runtime_config", status::runtimeConfig)
                .get("/log_level", status::logLevel)
                .route("POST", "/log_level", status::changeLogLevel)
                .route("GET,POST,DELETE", "/ingester/prepare_shutdown", status::prepareShutdown)
                .route("GET,POST", "/ingester/shutdown", status::shutdown)
                .get("/memberlist", status::memberlist)
                .get("/analytics", status::analytics)
                .get("/loki/api/v1/status/buildinfo", status::buildInfo)
                .route("GET,POST", "/flush", status::flush)
                .route("GET,POST", "/loki/api/v1/format_query", query::format)
                .otherwise(withTenant);
        for (String ring :
                List.of("", "/distributor", "/ruler", "/compactor", "/pattern", "/scheduler", "/indexgateway")) {
            all.route("GET,POST", ring + "/ring", status::ring);
        }
        this.paths = new TreeSet<>(all.paths());
        paths.addAll(tenants.paths());
        this.prefix = config.server().pathPrefix().replaceAll("/+$", "");
        this.handler = all.with(new ErrorFilter(metrics))
                .with(new MetricsFilter(metrics))
                .with(new GzipFilter());
    }

    /// The templates of all paths that there are.
    Set<String> paths() {
        return paths;
    }

    @Override
    public Response handle(Request request) throws Exception {
        if (request.rawPath().contains("//")) {
            return Response.of(301).header("Location", request.rawPath().replaceAll("/+", "/"));
        }
        if (prefix.isEmpty()) {
            return handler.handle(request);
        }
        return request.rawPath().startsWith(prefix + "/")
                ? handler.handle(request.below(prefix))
                : Response.text(404, "404 page not found\n");
    }
}
