package sigyn.server.api;

import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.storage.Storage;

/// `ready`, `buildinfo`, `services`, `config`, `flush`: what operators and probes ask.
public final class StatusApi {
    /// What clients take for Loki's version when they decide which features to use.
    public static final String LOKI_VERSION = "3.7.6";

    private final Storage storage;
    private final String effectiveConfig;

    StatusApi(Storage storage, String effectiveConfig) {
        this.storage = storage;
        this.effectiveConfig = effectiveConfig;
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
        return Response.text(200, """
                server => Running
                ring => Running
                distributor => Running
                ingester => Running
                querier => Running
                query-frontend => Running
                store => Running
                compactor => Running
                """);
    }

    Response config(Request request) {
        return Response.of(
                200, "text/plain; charset=utf-8", effectiveConfig.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    Response flush(Request request) throws InterruptedException {
        storage.flush();
        return Response.of(204);
    }
}
