package sigyn.server.grpc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sigyn.server.ingest.ProtoWriter;

/// The messages and methods of the services as `FileDescriptorProto`s, made from a table: a file, then its messages
/// with `name=number:type` (`*` for repeated), then its services with `Method(Request)Answer` (`>` before an answer
/// that streams).
final class Schema {
    private static final String TABLE = """
        file logproto.proto logproto
        message PushRequest streams=1:*StreamAdapter format=2:string
        message PushResponse
        message Timestamp seconds=1:int64 nanos=2:int32
        message LabelPairAdapter name=1:string value=2:string
        message EntryAdapter timestamp=1:Timestamp line=2:string structuredMetadata=3:*LabelPairAdapter \
        parsed=4:*LabelPairAdapter
        message StreamAdapter labels=1:string entries=2:*EntryAdapter hash=3:uint64
        message QueryRequest selector=1:string limit=2:uint32 start=3:Timestamp end=4:Timestamp direction=5:int32
        message QueryResponse streams=1:*StreamAdapter
        message SampleQueryRequest selector=1:string start=2:Timestamp end=3:Timestamp
        message Sample timestamp=1:int64 value=2:double hash=3:uint64
        message Series labels=1:string samples=2:*Sample streamHash=3:uint64
        message SampleQueryResponse series=1:*Series
        message LabelRequest name=1:string values=2:bool start=3:Timestamp end=4:Timestamp query=5:string
        message LabelResponse values=1:*string
        message TailRequest query=1:string delayFor=3:uint32 limit=4:uint32 start=5:Timestamp
        message DroppedStream from=1:Timestamp to=2:Timestamp labels=3:string
        message TailResponse stream=1:StreamAdapter droppedStreams=2:*DroppedStream
        message SeriesRequest start=1:Timestamp end=2:Timestamp groups=3:*string
        message LabelsEntry key=1:string value=2:string
        message SeriesIdentifier labels=1:*LabelsEntry
        message SeriesResponse series=1:*SeriesIdentifier
        message IndexStatsRequest from=1:int64 through=2:int64 matchers=3:string
        message IndexStatsResponse streams=1:uint64 chunks=2:uint64 bytes=3:uint64 entries=4:uint64
        message VolumeRequest from=1:int64 through=2:int64 matchers=3:string limit=4:int32 step=5:int64 \
        targetLabels=6:*string aggregateBy=7:string
        message Volume name=1:string volume=3:uint64
        message VolumeResponse volumes=1:*Volume limit=2:int32
        message DetectedFieldsRequest start=1:Timestamp end=2:Timestamp query=3:string lineLimit=4:uint32 limit=5:uint32 \
        step=6:int64 values=7:bool name=8:string
        message DetectedField label=1:string type=2:string cardinality=3:uint64 parsers=4:*string sketch=5:bytes \
        jsonPath=6:*string
        message DetectedFieldsResponse fields=1:*DetectedField limit=2:uint32 values=3:*string
        message DetectedLabelsRequest start=1:Timestamp end=2:Timestamp query=3:string
        message UniqueLabelValues values=1:*string
        message LabelValues key=1:string value=2:UniqueLabelValues
        message LabelToValuesResponse labels=1:*LabelValues
        message TailersCountRequest
        message TailersCountResponse count=1:uint32
        service Pusher Push(PushRequest)PushResponse
        service Querier Query(QueryRequest)>QueryResponse \
        QuerySample(SampleQueryRequest)>SampleQueryResponse Label(LabelRequest)LabelResponse \
        Series(SeriesRequest)SeriesResponse GetStats(IndexStatsRequest)IndexStatsResponse GetVolume(VolumeRequest)VolumeResponse \
        GetDetectedFields(DetectedFieldsRequest)DetectedFieldsResponse \
        GetDetectedLabels(DetectedLabelsRequest)LabelToValuesResponse \
        Tail(TailRequest)>TailResponse TailersCount(TailersCountRequest)TailersCountResponse
        file health.proto grpc.health.v1
        message HealthCheckRequest service=1:string
        message HealthCheckResponse status=1:int32
        service Health Check(HealthCheckRequest)HealthCheckResponse Watch(HealthCheckRequest)>HealthCheckResponse
        file httpgrpc.proto httpgrpc
        message Header key=1:string values=2:*string
        message HTTPRequest method=1:string url=2:string headers=3:*Header body=4:bytes
        message HTTPResponse Code=1:int32 headers=2:*Header body=3:bytes
        service HTTP Handle(HTTPRequest)HTTPResponse
        """;

    private static final Map<String, Integer> SCALARS =
            Map.of("double", 1, "int64", 3, "uint64", 4, "int32", 5, "bool", 8, "string", 9, "bytes", 12, "uint32", 13);
    private static final int MESSAGE = 11;
    private static final int OPTIONAL = 1;
    private static final int REPEATED = 3;

    private static final Map<String, byte[]> FILES = new LinkedHashMap<>();
    private static final Map<String, String> FILE_OF_SYMBOL = new LinkedHashMap<>();

    static {
        String file = "";
        String scope = "";
        ProtoWriter descriptor = new ProtoWriter();
        for (String line : TABLE.split("\n")) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "file" -> {
                    file = words[1];
                    scope = words[2];
                    descriptor = new ProtoWriter().text(1, file).text(2, scope).text(12, "proto3");
                }
                case "message" -> {
                    FILE_OF_SYMBOL.put(scope + "." + words[1], file);
                    descriptor.message(4, message(words, scope));
                }
                default -> {
                    FILE_OF_SYMBOL.put(scope + "." + words[1], file);
                    descriptor.message(6, service(words, scope, file));
                }
            }
            FILES.put(file, descriptor.toBytes());
        }
    }

    /// Descriptors; none when nothing has the name.
    record Found(List<byte[]> files) {}

    private Schema() {}

    static Found byFile(String name) {
        byte[] file = FILES.get(name);
        return new Found(file == null ? List.of() : List.of(file));
    }

    static Found bySymbol(String name) {
        String file = FILE_OF_SYMBOL.get(name);
        return file == null ? new Found(List.of()) : byFile(file);
    }

    private static ProtoWriter message(String[] words, String scope) {
        var message = new ProtoWriter().text(1, words[1]);
        for (int i = 2; i < words.length; i++) {
            String[] parts = words[i].split("[=:]");
            boolean repeated = parts[2].startsWith("*");
            String type = repeated ? parts[2].substring(1) : parts[2];
            Integer scalar = SCALARS.get(type);
            message.message(
                    2,
                    new ProtoWriter()
                            .text(1, parts[0])
                            .number(3, Integer.parseInt(parts[1]))
                            .number(4, repeated ? REPEATED : OPTIONAL)
                            .number(5, scalar == null ? MESSAGE : scalar)
                            .text(6, scalar == null ? "." + scope + "." + type : ""));
        }
        return message;
    }

    private static ProtoWriter service(String[] words, String scope, String file) {
        var service = new ProtoWriter().text(1, words[1]);
        var methods = new ArrayList<>(List.of(words).subList(2, words.length));
        for (String method : methods) {
            int open = method.indexOf('(');
            int close = method.indexOf(')');
            String name = method.substring(0, open);
            String answer = method.substring(close + 1);
            boolean streams = answer.startsWith(">");
            FILE_OF_SYMBOL.put(scope + "." + words[1] + "." + name, file);
            service.message(
                    2,
                    new ProtoWriter()
                            .text(1, name)
                            .text(2, "." + scope + "." + method.substring(open + 1, close))
                            .text(3, "." + scope + "." + (streams ? answer.substring(1) : answer))
                            .number(6, streams ? 1 : 0));
        }
        return service;
    }
}
