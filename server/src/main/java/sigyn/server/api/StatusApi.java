package sigyn.server.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import sigyn.model.SigynException;
import sigyn.server.config.Overrides;
import sigyn.server.config.Settings;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.telemetry.ServerLog;
import sigyn.storage.Storage;

/// What operators and probes ask: `ready`, `buildinfo`, `services`, `config`, `runtime_config`, `log_level`, `flush`,
/// and the pages of Loki's rings, which say that there are none.
public final class StatusApi {
    /// What clients take for Loki's version when they decide which features to use.
    public static final String LOKI_VERSION = "3.7.6";

    private static final List<String> SERVICES = List.of(
            "server",
            "ring",
            "distributor",
            "ingester",
            "ingester-querier",
            "querier",
            "query-frontend",
            "query-frontend-tripperware",
            "query-scheduler",
            "query-scheduler-ring",
            "store",
            "compactor",
            "ruler",
            "rule-evaluator",
            "runtime-config",
            "memberlist-kv",
            "pattern-ingester",
            "pattern-ingester-tee",
            "pattern-ring-client",
            "cache-generation-loader");

    private final Storage storage;
    private final String config;
    private final Overrides limits;
    private final Runnable terminator;
    private final Clock clock;
    private volatile boolean shutdownPrepared;

    StatusApi(Storage storage, String config, Overrides limits, Runnable terminator, Clock clock) {
        this.storage = storage;
        this.config = config;
        this.limits = limits;
        this.terminator = terminator;
        this.clock = clock;
    }

    Response ready(Request request) {
        return Response.text(200, "ready\n");
    }

    Response buildInfo(Request request) {
        String version = StatusApi.class.getPackage().getImplementationVersion();
        var json = new JsonText()
                .raw(
                        "{\"version\":\"" + LOKI_VERSION
                                + "\",\"revision\":\"sigyn\",\"branch\":\"main\",\"buildUser\":\"\",\"buildDate\":\"\",\"goVersion\":\"\",\"sigynVersion\":");
        json.string(version == null ? "development" : version).raw('}');
        return Response.of(200, "application/json; charset=UTF-8", json.toBytes());
    }

    Response services(Request request) {
        return Response.text(
                200, SERVICES.stream().map(name -> name + " => Running\n").collect(Collectors.joining()));
    }

    /// What applies; `mode=defaults`: without a file; `mode=diff`: what the file changes.
    Response config(Request request) {
        String mode = request.query().firstOr("mode", "");
        return switch (mode) {
            case "" -> yaml(Settings.effective(config));
            case "defaults" -> yaml(Settings.defaults());
            case "diff" -> yaml(Settings.difference(config));
            default -> ErrorFilter.text(400, "unknown mode '" + mode + "', expected defaults or diff\n");
        };
    }

    Response runtimeConfig(Request request) {
        return yaml(limits.texts().isEmpty() ? "{}\n" : String.join("\n", limits.texts()));
    }

    Response tenantLimits(Request request) {
        return yaml(Settings.limits(
                config, limits.texts(), Caller.of(request).single().id()));
    }

    private static Response yaml(String text) {
        return Response.of(200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    Response logLevel(Request request) {
        return json(200, "{\"message\":\"Current log level is " + ServerLog.level() + "\"}");
    }

    Response changeLogLevel(Request request) throws IOException {
        String level = QueryParams.of(request, clock).text("log_level");
        if (!ServerLog.change(level)) {
            var json = new JsonText().raw("{\"status\":\"failed\",\"message\":");
            json.string("unrecognized log level \"" + level + "\"").raw('}');
            return Response.of(400, "application/json", json.toBytes());
        }
        return json(200, "{\"status\":\"success\",\"message\":\"Log level set to " + level + "\"}");
    }

    private static Response json(int status, String text) {
        return Response.of(status, "application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    Response flush(Request request) throws InterruptedException {
        storage.flush();
        return Response.of(204);
    }

    /// Writes what is in memory to blocks, unless `flush=false`, and ends the process once the answer is on its way,
    /// unless `terminate=false`. There are no tokens of a ring to delete.
    Response shutdown(Request request) throws IOException, InterruptedException {
        var params = QueryParams.of(request, clock);
        boolean flush = flag(params, "flush");
        boolean terminate = flag(params, "terminate");
        flag(params, "delete_ring_tokens");
        if (flush) {
            storage.flush();
        }
        if (terminate) {
            terminator.run();
        }
        return Response.of(204);
    }

    /// True when it is not said.
    private static boolean flag(QueryParams params, String name) {
        return switch (params.text(name)) {
            case "", "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw SigynException.badRequest("invalid " + name + ": true or false is expected\n");
        };
    }

    /// Whoever rolls out Loki sets this before it stops an ingester; whatever it says, nothing is lost by stopping.
    Response prepareShutdown(Request request) {
        return switch (request.method()) {
            case "POST" -> {
                shutdownPrepared = true;
                yield Response.of(204);
            }
            case "DELETE" -> {
                shutdownPrepared = false;
                yield Response.of(204);
            }
            default -> Response.text(200, shutdownPrepared ? "set" : "unset");
        };
    }

    boolean isShutdownPrepared() {
        return shutdownPrepared;
    }

    /// One member, itself, that owns everything.
    Response ring(Request request) {
        if (request.headers().firstOr("Accept", "").contains("application/json")) {
            return json(
                    200,
                    "{\"shards\":[{\"id\":\"sigyn\",\"state\":\"ACTIVE\",\"address\":\"127.0.0.1\",\"timestamp\":\""
                            + clock.instant()
                            + "\",\"registered_timestamp\":\"\",\"zone\":\"\",\"tokens\":[0]}],\"now\":\""
                            + clock.instant() + "\"}");
        }
        return page("Ring", "This is one Sigyn process. It has no ring: it owns every stream itself.");
    }

    Response memberlist(Request request) {
        return page("Memberlist", "This is one Sigyn process. It has no other members.");
    }

    Response analytics(Request request) {
        return json(200, "{\"reporting_enabled\":false}");
    }

    private static Response page(String title, String text) {
        String html = "<!DOCTYPE html><html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><p>"
                + text + "</p></body></html>\n";
        return Response.of(200, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }
}
