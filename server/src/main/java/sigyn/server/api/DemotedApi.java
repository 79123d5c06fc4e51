package sigyn.server.api;

import java.util.TreeSet;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.ingest.Ingest;

/// `demoted_labels`, of Sigyn's own: which labels had so many values lately that new ones became structured metadata.
final class DemotedApi {
    private final Ingest ingest;

    DemotedApi(Ingest ingest) {
        this.ingest = ingest;
    }

    Response labels(Request request) {
        var names = new TreeSet<String>();
        for (var tenant : Caller.of(request).tenants()) {
            names.addAll(ingest.demotedLabels(tenant));
        }
        var json = new JsonText().raw("{\"status\":\"success\",\"data\":");
        QueryJson.strings(json, names);
        return QueryJson.ok(json.raw('}'));
    }
}
