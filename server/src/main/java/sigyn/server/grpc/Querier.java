package sigyn.server.grpc;

import io.grpc.Context;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import sigyn.logql.LinePipeline;
import sigyn.logql.LogQl;
import sigyn.logql.QueryEngine;
import sigyn.logql.RangeQuery;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.exec.Cancellation;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.model.Direction;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.server.api.StreamAdapter;
import sigyn.server.config.Overrides;
import sigyn.server.ingest.ProtoReader;
import sigyn.server.ingest.ProtoWriter;
import sigyn.storage.Storage;
import sigyn.storage.Tail;
import sigyn.storage.port.RowBatch;

/// Loki's `logproto.Querier`, as far as programs outside of Loki call it: lines, samples, labels, series, statistics,
/// tail.
final class Querier {
    private static final String NAME = "logproto.Querier";
    private static final int MOST_PER_MESSAGE = 128;

    private final Storage storage;
    private final QueryEngine engine;
    private final Overrides limits;

    private Querier(Storage storage, QueryEngine engine, Overrides limits) {
        this.storage = storage;
        this.engine = engine;
        this.limits = limits;
    }

    static ServerServiceDefinition service(boolean authEnabled, Storage storage, QueryEngine engine, Overrides limits) {
        var querier = new Querier(storage, engine, limits);
        var service = ServerServiceDefinition.builder(NAME);
        Calls.streaming(service, NAME + "/Query", authEnabled, querier::query);
        Calls.streaming(service, NAME + "/QuerySample", authEnabled, new Samples(engine, limits)::query);
        Calls.unary(service, NAME + "/Label", authEnabled, querier::label);
        Calls.unary(service, NAME + "/Series", authEnabled, querier::series);
        Calls.unary(service, NAME + "/GetStats", authEnabled, querier::stats);
        var drilldown = new Drilldown(storage, engine, limits);
        Calls.unary(service, NAME + "/GetVolume", authEnabled, drilldown::volume);
        Calls.unary(service, NAME + "/GetDetectedFields", authEnabled, drilldown::detectedFields);
        Calls.unary(service, NAME + "/GetDetectedLabels", authEnabled, drilldown::detectedLabels);
        Calls.streaming(service, NAME + "/Tail", authEnabled, querier::tail);
        Calls.unary(
                service,
                NAME + "/TailersCount",
                authEnabled,
                (_, _) ->
                        new ProtoWriter().number(1, storage.counters().tails()).toBytes());
        return service.build();
    }

    private void query(Tenant tenant, byte[] message, ServerCallStreamObserver<byte[]> out) throws Exception {
        String selector = "";
        int limit = 0;
        long start = 0;
        long end = 0;
        var direction = Direction.FORWARD;
        var in = new ProtoReader(message, 0, message.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> selector = in.text();
                case 2 -> limit = (int) in.number();
                case 3 -> start = time(in.message());
                case 4 -> end = time(in.message());
                case 5 -> direction = in.number() == 0 ? Direction.FORWARD : Direction.BACKWARD;
                default -> in.skip();
            }
        }
        if (!(LogQl.parse(selector) instanceof LogExpr)) {
            throw SigynException.badRequest("only log selector is supported");
        }
        var read = limits.of(tenant).read();
        int most = limit > 0 ? limit : Math.max(1, read.engine().maxEntries());
        var context = new QueryContext(List.of(tenant), read.engine(), Cancellation.after(read.timeout()), false);
        var range = new RangeQuery(selector, start, end, Math.max(1, end - start), 0, most, direction);
        if (engine.range(context, range) instanceof QueryResult.Streams streams) {
            for (int from = 0; from < streams.entries().size() && !out.isCancelled(); from += MOST_PER_MESSAGE) {
                out.onNext(streams(streams.entries()
                        .subList(from, Math.min(streams.entries().size(), from + MOST_PER_MESSAGE))));
            }
        }
    }

    /// A `QueryResponse`: entries of the same labels that follow each other are one stream.
    private static byte[] streams(List<Entry> entries) {
        var response = new ProtoWriter();
        for (int from = 0; from < entries.size(); ) {
            var labels = entries.get(from).stream();
            int to = from + 1;
            while (to < entries.size() && entries.get(to).stream().equals(labels)) {
                to++;
            }
            response.message(1, StreamAdapter.of(labels, entries.subList(from, to)));
            from = to;
        }
        return response.toBytes();
    }

    private byte[] label(Tenant tenant, byte[] message) {
        String name = "";
        boolean values = false;
        long start = 0;
        long end = Long.MAX_VALUE - 1;
        String query = "";
        var in = new ProtoReader(message, 0, message.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> name = in.text();
                case 2 -> values = in.number() != 0;
                case 3 -> start = time(in.message());
                case 4 -> end = time(in.message());
                case 5 -> query = in.text();
                default -> in.skip();
            }
        }
        var range = new TimeRange(start, end + 1);
        var matchers = query.isEmpty() ? List.<LabelMatcher>of() : LogQl.parseSelector(query);
        var found = values
                ? storage.labelValues(tenant, name, range, matchers)
                : storage.labelNames(tenant, range, matchers);
        var response = new ProtoWriter();
        found.forEach(text -> response.bytes(1, text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        return response.toBytes();
    }

    private byte[] series(Tenant tenant, byte[] message) {
        long start = 0;
        long end = Long.MAX_VALUE - 1;
        var groups = new ArrayList<String>();
        var in = new ProtoReader(message, 0, message.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> start = time(in.message());
                case 2 -> end = time(in.message());
                case 3 -> groups.add(in.text());
                default -> in.skip();
            }
        }
        var range = new TimeRange(start, end + 1);
        var found = new TreeSet<Labels>();
        for (String group : groups) {
            found.addAll(storage.series(tenant, range, LogQl.parseSelector(group)));
        }
        if (groups.isEmpty()) {
            found.addAll(storage.series(tenant, range, List.of()));
        }
        var response = new ProtoWriter();
        for (var labels : found) {
            var identifier = new ProtoWriter();
            StreamAdapter.pairs(identifier, 1, labels);
            response.message(1, identifier);
        }
        return response.toBytes();
    }

    private byte[] stats(Tenant tenant, byte[] message) {
        var asked = IndexQuestion.read(message);
        long streams = 0;
        long chunks = 0;
        long bytes = 0;
        long entries = 0;
        for (var s : storage.stats(tenant, asked.range(), LogQl.parseAnySelector(asked.matchers()))) {
            streams++;
            chunks += s.chunks();
            bytes += s.bytes();
            entries += s.entries();
        }
        return new ProtoWriter()
                .number(1, streams)
                .number(2, chunks)
                .number(3, bytes)
                .number(4, entries)
                .toBytes();
    }

    /// Lines that come in from now on. A reader that does not keep up loses lines, and is told how many.
    private void tail(Tenant tenant, byte[] message, ServerCallStreamObserver<byte[]> out) throws Exception {
        String query = "";
        var in = new ProtoReader(message, 0, message.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            if (field == 1) {
                query = in.text();
            } else {
                in.skip();
            }
        }
        if (!(LogQl.parse(query) instanceof LogExpr log)) {
            throw SigynException.badRequest("only log selector is supported");
        }
        var pipeline = new LinePipeline(log);
        var reader = Thread.currentThread();
        Context.CancellationListener gone = _ -> reader.interrupt();
        Context.current().addListener(gone, Runnable::run);
        try (Tail tail = storage.tail(tenant, log.matchers())) {
            tail.dropWhenSlow();
            while (!out.isCancelled()) {
                RowBatch rows = tail.next(1, TimeUnit.DAYS);
                if (rows == null) {
                    continue;
                }
                for (int row = 0; row < rows.rows(); row++) {
                    var passed = pipeline.process(rows, row);
                    if (passed.isEmpty()) {
                        continue;
                    }
                    var entry = passed.get();
                    if (out.isReady()) {
                        out.onNext(new ProtoWriter()
                                .message(1, StreamAdapter.of(entry.stream(), List.of(entry)))
                                .toBytes());
                    } else if (!out.isCancelled()) {
                        out.onNext(new ProtoWriter().message(2, dropped(entry)).toBytes());
                    }
                }
            }
        } finally {
            Context.current().removeListener(gone);
        }
    }

    private static ProtoWriter dropped(Entry entry) {
        return new ProtoWriter()
                .time(1, entry.time())
                .time(2, entry.time())
                .text(3, entry.stream().toString());
    }

    static long time(ProtoReader in) {
        long seconds = 0;
        long nanos = 0;
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> seconds = in.number();
                case 2 -> nanos = in.number();
                default -> in.skip();
            }
        }
        return Math.addExact(Math.multiplyExact(seconds, 1_000_000_000L), nanos);
    }
}
