package sigyn.server.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.codec.Hash64;
import sigyn.logql.LineSamples;
import sigyn.logql.LogQl;
import sigyn.logql.Page;
import sigyn.logql.QueryEngine;
import sigyn.logql.RangeQuery;
import sigyn.logql.ast.Printer;
import sigyn.logql.exec.Cancellation;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.QueryContext;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.server.config.Overrides;
import sigyn.server.ingest.ProtoReader;
import sigyn.server.ingest.ProtoWriter;

/// `logproto.Querier/QuerySample`: what each line counts for in a range function, in the order of time, some thousands
/// of lines a message. Who asks adds them up.
final class Samples {
    private static final int LINES = 5_000;

    private final QueryEngine engine;
    private final Overrides limits;

    Samples(QueryEngine engine, Overrides limits) {
        this.engine = engine;
        this.limits = limits;
    }

    void query(Tenant tenant, byte[] message, ServerCallStreamObserver<byte[]> out) throws InterruptedException {
        String selector = "";
        long start = 0;
        long end = 0;
        var in = new ProtoReader(message, 0, message.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> selector = in.text();
                case 2 -> start = Querier.time(in.message());
                case 3 -> end = Querier.time(in.message());
                default -> in.skip();
            }
        }
        var samples = LineSamples.of(LogQl.parse(selector));
        var read = limits.of(tenant).read();
        var context = new QueryContext(List.of(tenant), read.engine(), Cancellation.after(read.timeout()), false);
        var lines = new RangeQuery(
                Printer.print(samples.log()), start, end, Math.max(1, end - start), 0, LINES, Direction.FORWARD);
        for (@Nullable String next = ""; next != null && !out.isCancelled(); ) {
            Page page = engine.page(context, lines, next);
            out.onNext(response(samples, page.lines().entries()));
            next = page.next();
        }
    }

    private static byte[] response(LineSamples samples, List<Entry> entries) {
        Map<Labels, ProtoWriter> series = new LinkedHashMap<>();
        for (var entry : entries) {
            var sample = samples.of(entry);
            if (sample != null) {
                series.computeIfAbsent(sample.labels(), labels -> new ProtoWriter().text(1, labels.toString()))
                        .message(
                                2,
                                new ProtoWriter()
                                        .number(1, entry.time())
                                        .real(2, sample.value())
                                        .number(3, Hash64.of(0, entry.line(), 0, entry.line().length)));
            }
        }
        var response = new ProtoWriter();
        series.forEach((labels, one) -> {
            byte[] text = labels.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
            response.message(1, one.number(3, Hash64.of(0, text, 0, text.length)));
        });
        return response.toBytes();
    }
}
