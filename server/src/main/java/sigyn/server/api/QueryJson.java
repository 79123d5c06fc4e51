package sigyn.server.api;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.logql.Page;
import sigyn.logql.ast.FloatText;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.QueryResult;
import sigyn.logql.exec.QueryStats;
import sigyn.model.Labels;
import sigyn.server.http.Response;

/// Answers of the query endpoints as Loki prints them.
final class QueryJson {
    private static final String CONTENT_TYPE = "application/json; charset=UTF-8";
    private static final double NANOS = 1e9;

    private QueryJson() {}

    /// @param flags the encodings asked for, see [QueryApi]
    static Response answer(QueryResult result, List<String> flags) {
        return answer(result, flags, null);
    }

    /// A page of lines; `data` says how to ask for the next one, if there is one.
    static Response page(Page page, List<String> flags) {
        return answer(page.lines(), flags, page.next());
    }

    private static Response answer(QueryResult result, List<String> flags, @Nullable String next) {
        var json = new JsonText().raw("{\"status\":\"success\",");
        if (!result.warnings().isEmpty()) {
            json.raw("\"warnings\":");
            strings(json, result.warnings());
            json.raw(',');
        }
        json.raw("\"data\":{\"resultType\":");
        switch (result) {
            case QueryResult.Streams streams -> streams(json, streams, flags);
            case QueryResult.Matrix matrix -> matrix(json, matrix);
            case QueryResult.Vector vector -> vector(json, vector);
            case QueryResult.Scalar scalar -> {
                json.raw("\"scalar\",\"result\":");
                sample(json, scalar.time(), scalar.value());
            }
        }
        if (next != null) {
            json.raw(",\"next\":").string(next);
        }
        json.raw(",\"stats\":");
        stats(json, result.stats());
        json.raw("}}\n");
        return Response.of(200, CONTENT_TYPE, json.toBytes());
    }

    /// How a query is answered, line by line.
    static Response explain(List<String> lines) {
        var json = new JsonText().raw("{\"status\":\"success\",\"data\":{\"resultType\":\"explain\",\"result\":");
        strings(json, lines);
        return Response.of(200, CONTENT_TYPE, json.raw("}}\n").toBytes());
    }

    private static void streams(JsonText json, QueryResult.Streams result, List<String> flags) {
        json.raw("\"streams\",");
        boolean categorize = flags.contains("categorize-labels");
        if (!flags.isEmpty()) {
            strings(json.raw("\"encodingFlags\":"), flags);
            json.raw(',');
        }
        json.raw("\"result\":[");
        boolean first = true;
        for (var stream : categorize ? result.categorized() : result.merged()) {
            json.raw(first ? "{\"stream\":" : ",{\"stream\":");
            first = false;
            labels(json, stream.labels());
            json.raw(",\"values\":[");
            boolean firstEntry = true;
            for (Entry entry : stream.entries()) {
                json.raw(firstEntry ? "[\"" : ",[\"")
                        .number(entry.time())
                        .raw("\",")
                        .string(entry.line());
                firstEntry = false;
                if (categorize) {
                    json.raw(',');
                    categories(json, entry);
                }
                json.raw(']');
            }
            json.raw("]}");
        }
        json.raw(']');
    }

    static void categories(JsonText json, Entry entry) {
        json.raw('{');
        if (!entry.metadata().isEmpty()) {
            json.raw("\"structuredMetadata\":");
            labels(json, entry.metadata());
        }
        if (!entry.parsed().isEmpty()) {
            json.raw(entry.metadata().isEmpty() ? "\"parsed\":" : ",\"parsed\":");
            labels(json, entry.parsed());
        }
        json.raw('}');
    }

    private static void matrix(JsonText json, QueryResult.Matrix result) {
        json.raw("\"matrix\",\"result\":[");
        boolean first = true;
        for (var series : result.series()) {
            json.raw(first ? "{\"metric\":" : ",{\"metric\":");
            first = false;
            labels(json, series.labels());
            json.raw(",\"values\":[");
            for (int i = 0; i < series.times().length; i++) {
                if (i > 0) {
                    json.raw(',');
                }
                sample(json, series.times()[i], series.values()[i]);
            }
            json.raw("]}");
        }
        json.raw(']');
    }

    private static void vector(JsonText json, QueryResult.Vector result) {
        json.raw("\"vector\",\"result\":[");
        boolean first = true;
        for (var sample : result.samples()) {
            json.raw(first ? "{\"metric\":" : ",{\"metric\":");
            first = false;
            labels(json, sample.labels());
            json.raw(",\"value\":");
            sample(json, sample.time(), sample.value());
            json.raw('}');
        }
        json.raw(']');
    }

    static void sample(JsonText json, long millis, double value) {
        json.raw('[').raw(seconds(millis)).raw(",\"").raw(FloatText.of(value)).raw("\"]");
    }

    /// Seconds with at most three decimals: `1700000000.5`.
    static String seconds(long millis) {
        return millis % 1000 == 0
                ? Long.toString(millis / 1000)
                : BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString();
    }

    static void labels(JsonText json, Labels labels) {
        json.raw('{');
        for (int i = 0; i < labels.size(); i++) {
            if (i > 0) {
                json.raw(',');
            }
            json.string(labels.name(i)).raw(':').string(labels.value(i));
        }
        json.raw('}');
    }

    static void strings(JsonText json, Iterable<String> strings) {
        json.raw('[');
        boolean first = true;
        for (String text : strings) {
            if (!first) {
                json.raw(',');
            }
            first = false;
            json.string(text);
        }
        json.raw(']');
    }

    static void stats(JsonText json, QueryStats stats) {
        double seconds = stats.execNanos() / NANOS;
        long bytesPerSecond = seconds > 0 ? (long) (stats.bytesProcessed() / seconds) : 0;
        long linesPerSecond = seconds > 0 ? (long) (stats.linesProcessed() / seconds) : 0;
        json.raw("{\"summary\":{\"bytesProcessedPerSecond\":").number(bytesPerSecond);
        json.raw(",\"linesProcessedPerSecond\":").number(linesPerSecond);
        json.raw(",\"totalBytesProcessed\":").number(stats.bytesProcessed());
        json.raw(",\"totalLinesProcessed\":").number(stats.linesProcessed());
        json.raw(",\"execTime\":").raw(FloatText.of(seconds));
        json.raw(",\"queueTime\":0,\"subqueries\":0,\"totalEntriesReturned\":").number(stats.entriesReturned());
        json.raw(",\"splits\":0,\"shards\":0,\"totalPostFilterLines\":").number(stats.linesMatched());
        json.raw(",\"totalStructuredMetadataBytesProcessed\":").number(stats.metadataBytes());
        json.raw("},\"querier\":{\"store\":");
        store(json, stats, true);
        json.raw(",\"querierExecTime\":").raw(FloatText.of(seconds));
        json.raw(
                "},\"ingester\":{\"totalReached\":1,\"totalChunksMatched\":0,\"totalBatches\":0,\"totalLinesSent\":0,\"store\":");
        store(json, QueryStats.NONE, false);
        json.raw("},\"cache\":{");
        for (String cache : List.of(
                "chunk",
                "index",
                "result",
                "statsResult",
                "volumeResult",
                "seriesResult",
                "labelResult",
                "instantMetricResult")) {
            json.raw(cache.equals("chunk") ? "\"" : ",\"").raw(cache);
            json.raw(
                    "\":{\"entriesFound\":0,\"entriesRequested\":0,\"entriesStored\":0,\"bytesReceived\":0,\"bytesSent\":0,\"requests\":0,\"downloadTime\":0,\"queryLengthServed\":0}");
        }
        json.raw("},\"index\":{\"totalChunks\":").number(stats.units());
        json.raw(",\"postFilterChunks\":").number(stats.units());
        json.raw(
                ",\"shardsDuration\":0,\"usedBloomFilters\":false,\"totalStreams\":0,\"chunkRefsLookupTime\":0,\"bloomFilterTime\":0}}");
    }

    private static void store(JsonText json, QueryStats stats, boolean counted) {
        json.raw("{\"totalChunksRef\":").number(stats.units());
        json.raw(",\"totalChunksDownloaded\":").number(stats.units());
        json.raw(",\"chunksDownloadTime\":0,\"queryReferencedStructuredMetadata\":")
                .raw(counted && stats.metadataBytes() > 0 ? "true" : "false");
        json.raw(
                        ",\"queryUsedV2Engine\":false,\"chunk\":{\"headChunkBytes\":0,\"headChunkLines\":0,\"decompressedBytes\":")
                .number(stats.bytesProcessed());
        json.raw(",\"decompressedLines\":").number(stats.linesProcessed());
        json.raw(",\"compressedBytes\":0,\"totalDuplicates\":0,\"postFilterLines\":")
                .number(stats.linesMatched());
        json.raw(",\"headChunkStructuredMetadataBytes\":0,\"decompressedStructuredMetadataBytes\":")
                .number(stats.metadataBytes());
        json.raw(
                "},\"chunkRefsFetchTime\":0,\"congestionControlLatency\":0,\"pipelineWrapperFilteredLines\":0,\"dataobj\":{\"prePredicateDecompressedRows\":0,\"prePredicateDecompressedBytes\":0,\"prePredicateDecompressedStructuredMetadataBytes\":0,\"postPredicateRows\":0,\"postPredicateDecompressedBytes\":0,\"postPredicateStructuredMetadataBytes\":0,\"postFilterRows\":0,\"pagesScanned\":0,\"pagesDownloaded\":0,\"pagesDownloadedBytes\":0,\"pageBatches\":0,\"totalRowsAvailable\":0,\"totalPageDownloadTime\":0}}");
    }

    static Response ok(JsonText json) {
        return Response.of(200, CONTENT_TYPE, json.raw('\n').toBytes());
    }
}
