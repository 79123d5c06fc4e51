package sigyn.server.api;

import sigyn.logql.exec.QueryResult;
import sigyn.logql.exec.QueryStats;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.ingest.ProtoWriter;

/// Answers of queries as one protobuf message `queryrange.QueryResponse`, for those who accept that.
final class QueryProto {
    private static final String TYPE = "application/vnd.google.protobuf";
    private static final double NANOS = 1e9;
    private static final int PROM = 5;
    private static final int STREAMS = 6;

    private QueryProto() {}

    static boolean isWanted(Request request) {
        return request.headers().firstOr("Accept", "").contains(TYPE);
    }

    static Response answer(QueryResult result, Direction direction, int limit) {
        var response = new ProtoWriter().message(1, new ProtoWriter());
        switch (result) {
            case QueryResult.Streams streams -> response.message(STREAMS, streams(streams, direction, limit));
            case QueryResult.Matrix matrix -> {
                var data = new ProtoWriter().text(1, "matrix");
                for (var series : matrix.series()) {
                    data.message(2, samples(series.labels(), series.times(), series.values()));
                }
                response.message(PROM, prom(data, result));
            }
            case QueryResult.Vector vector -> {
                var data = new ProtoWriter().text(1, "vector");
                for (var sample : vector.samples()) {
                    data.message(
                            2, samples(sample.labels(), new long[] {sample.time()}, new double[] {sample.value()}));
                }
                response.message(PROM, prom(data, result));
            }
            case QueryResult.Scalar scalar -> {
                var data = new ProtoWriter()
                        .text(1, "scalar")
                        .message(2, samples(Labels.EMPTY, new long[] {scalar.time()}, new double[] {scalar.value()}));
                response.message(PROM, prom(data, result));
            }
        }
        return Response.of(200, TYPE, response.toBytes());
    }

    private static ProtoWriter streams(QueryResult.Streams result, Direction direction, int limit) {
        var data = new ProtoWriter().text(1, "streams");
        for (var stream : result.merged()) {
            data.message(2, StreamAdapter.of(stream.labels(), stream.entries()));
        }
        var response = new ProtoWriter()
                .text(1, "success")
                .message(2, data)
                .number(5, direction == Direction.FORWARD ? 0 : 1)
                .number(6, limit)
                .number(7, 1)
                .message(8, stats(result.stats()));
        result.warnings().forEach(warning -> response.text(10, warning));
        return response;
    }

    private static ProtoWriter prom(ProtoWriter data, QueryResult result) {
        var response = new ProtoWriter().text(1, "success").message(2, data);
        result.warnings().forEach(warning -> response.text(6, warning));
        return new ProtoWriter().message(1, response).message(2, stats(result.stats()));
    }

    private static ProtoWriter samples(Labels labels, long[] millis, double[] values) {
        var series = new ProtoWriter();
        StreamAdapter.pairs(series, 1, labels);
        for (int i = 0; i < millis.length; i++) {
            series.message(2, new ProtoWriter().real(1, values[i]).number(2, millis[i]));
        }
        return series;
    }

    /// A `stats.Result`, as far as there is something to tell.
    private static ProtoWriter stats(QueryStats stats) {
        double seconds = stats.execNanos() / NANOS;
        return new ProtoWriter()
                .message(
                        1,
                        new ProtoWriter()
                                .number(1, seconds > 0 ? (long) (stats.bytesProcessed() / seconds) : 0)
                                .number(2, seconds > 0 ? (long) (stats.linesProcessed() / seconds) : 0)
                                .number(3, stats.bytesProcessed())
                                .number(4, stats.linesProcessed())
                                .real(5, seconds)
                                .number(8, stats.entriesReturned())
                                .number(11, stats.linesMatched())
                                .number(12, stats.metadataBytes()))
                .message(
                        2,
                        new ProtoWriter()
                                .message(
                                        1,
                                        new ProtoWriter()
                                                .number(1, stats.units())
                                                .number(2, stats.units())
                                                .message(
                                                        4,
                                                        new ProtoWriter()
                                                                .number(6, stats.bytesProcessed())
                                                                .number(7, stats.linesProcessed())
                                                                .number(10, stats.linesMatched())
                                                                .number(12, stats.metadataBytes())))
                                .real(2, seconds));
    }
}
