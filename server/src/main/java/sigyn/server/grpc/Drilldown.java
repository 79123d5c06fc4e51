package sigyn.server.grpc;

import java.time.Clock;
import java.util.List;
import sigyn.logql.LogQl;
import sigyn.logql.QueryEngine;
import sigyn.logql.RangeQuery;
import sigyn.model.Direction;
import sigyn.model.ErrorKind;
import sigyn.model.LabelMatcher;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.server.api.DetectedFields;
import sigyn.server.api.DetectedLabels;
import sigyn.server.api.Volumes;
import sigyn.server.config.Overrides;
import sigyn.server.ingest.ProtoReader;
import sigyn.server.ingest.ProtoWriter;
import sigyn.storage.Storage;

/// The calls of `logproto.Querier` that say what there is to look at: volumes, fields, labels. The same answers as over
/// HTTP.
final class Drilldown {
    private final Storage storage;
    private final Overrides limits;
    private final DetectedFields fields;

    Drilldown(Storage storage, QueryEngine engine, Overrides limits) {
        this.storage = storage;
        this.limits = limits;
        this.fields = new DetectedFields(engine, limits, Clock.systemUTC());
    }

    /// Names are labels as a selector; of a sum by label name the name alone.
    byte[] volume(Tenant tenant, byte[] message) {
        var asked = IndexQuestion.read(message);
        if (!asked.by().isEmpty() && !asked.by().equals("series") && !asked.by().equals("labels")) {
            throw SigynException.badRequest("invalid aggregation option");
        }
        boolean byName = asked.by().equals("labels");
        var read = limits.of(tenant).read();
        if (!read.volumeEnabled()) {
            throw new SigynException(ErrorKind.NOT_FOUND, "not found");
        }
        var question = Volumes.Question.of(
                List.of(tenant),
                LogQl.parseAnySelector(asked.matchers()),
                asked.targets(),
                byName,
                read.volumeMaxSeries());
        int most = asked.limit() > 0 ? asked.limit() : Volumes.DEFAULT_LIMIT;
        var response = new ProtoWriter();
        for (var volume : new Volumes(storage).top(question, asked.range(), most)) {
            var labels = volume.labels();
            String name = byName ? labels.name(0) : labels.toString();
            response.message(1, new ProtoWriter().text(1, name).number(3, volume.bytes()));
        }
        return response.number(2, most).toBytes();
    }

    byte[] detectedFields(Tenant tenant, byte[] message) throws InterruptedException {
        long start = 0;
        long end = 0;
        String query = "";
        int lines = DetectedFields.DEFAULT_LINES;
        int limit = DetectedFields.DEFAULT_FIELDS;
        boolean values = false;
        String name = "";
        var in = new ProtoReader(message, 0, message.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> start = Querier.time(in.message());
                case 2 -> end = Querier.time(in.message());
                case 3 -> query = in.text();
                case 4 -> lines = (int) in.number();
                case 5 -> limit = (int) in.number();
                case 7 -> values = in.number() != 0;
                case 8 -> name = in.text();
                default -> in.skip();
            }
        }
        if (lines <= 0 || limit <= 0) {
            throw SigynException.badRequest("limit must be a positive value");
        }
        var range = new RangeQuery(query, start, end, Math.max(1, end - start), 0, lines, Direction.BACKWARD);
        var found = fields.sample(List.of(tenant), range, values ? Integer.MAX_VALUE : limit);
        var response = new ProtoWriter();
        if (values) {
            var field = found.get(name);
            response.number(2, limit);
            if (field != null) {
                field.values().stream().limit(limit).sorted().forEach(value -> response.text(3, value));
            }
            return response.toBytes();
        }
        found.forEach((label, field) -> {
            var one = new ProtoWriter().text(1, label).text(2, field.type()).number(3, field.cardinality());
            field.parsers().forEach(parser -> one.text(4, parser));
            field.path().forEach(step -> one.text(6, step));
            response.message(1, one);
        });
        return response.number(2, limit).toBytes();
    }

    byte[] detectedLabels(Tenant tenant, byte[] message) {
        long start = 0;
        long end = 0;
        String query = "";
        var in = new ProtoReader(message, 0, message.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> start = Querier.time(in.message());
                case 2 -> end = Querier.time(in.message());
                case 3 -> query = in.text();
                default -> in.skip();
            }
        }
        var matchers = query.isEmpty() ? List.<LabelMatcher>of() : LogQl.parseSelector(query);
        var response = new ProtoWriter();
        DetectedLabels.of(storage, List.of(tenant), matchers, new TimeRange(start, end + 1))
                .forEach((label, found) -> {
                    var texts = new ProtoWriter();
                    found.forEach(value -> texts.text(1, value));
                    response.message(1, new ProtoWriter().text(1, label).message(2, texts));
                });
        return response.toBytes();
    }
}
