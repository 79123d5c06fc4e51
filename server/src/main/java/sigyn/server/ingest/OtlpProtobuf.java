package sigyn.server.ingest;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import sigyn.model.SigynException;
import sigyn.server.ingest.OtlpLogs.Attribute;
import sigyn.server.ingest.OtlpLogs.Log;
import sigyn.server.ingest.OtlpLogs.Resource;
import sigyn.server.ingest.OtlpLogs.Scope;
import sigyn.server.ingest.OtlpLogs.Value;

/// `ExportLogsServiceRequest` of OpenTelemetry's protobuf definitions, logs 1.x:
///
/// ```
/// ExportLogsServiceRequest   1 repeated ResourceLogs
/// ResourceLogs               1 Resource    2 repeated ScopeLogs
/// Resource                   1 repeated KeyValue attributes
/// ScopeLogs                  1 InstrumentationScope    2 repeated LogRecord
/// InstrumentationScope       1 name    2 version    3 repeated KeyValue    4 uint32 dropped_attributes_count
/// LogRecord                  1 fixed64 time    2 enum severity_number    3 severity_text    5 AnyValue body
///                            6 repeated KeyValue    7 uint32 dropped_attributes_count    8 fixed32 flags
///                            9 bytes trace_id    10 bytes span_id    11 fixed64 observed_time
/// KeyValue                   1 key    2 AnyValue
/// AnyValue                   1 string    2 bool    3 int64    4 double    5 ArrayValue    6 KeyValueList    7 bytes
/// ```
final class OtlpProtobuf {
    private static final int DEEPEST = 64;

    private static final Value NOTHING = new Value.Text("");

    private OtlpProtobuf() {}

    static OtlpLogs read(byte[] bytes) {
        var resources = new ArrayList<Resource>();
        var in = new ProtoReader(bytes, 0, bytes.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> resources.add(resource(in.message()));
                default -> in.skip();
            }
        }
        return new OtlpLogs(resources);
    }

    private static Resource resource(ProtoReader in) {
        List<Attribute> attributes = List.of();
        var scopes = new ArrayList<Scope>();
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> attributes = attributes(in.message());
                case 2 -> scopes.add(scope(in.message()));
                default -> in.skip();
            }
        }
        return new Resource(attributes, scopes);
    }

    private static List<Attribute> attributes(ProtoReader in) {
        var attributes = new ArrayList<Attribute>();
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> attributes.add(attribute(in.message(), 0));
                default -> in.skip();
            }
        }
        return attributes;
    }

    private static Scope scope(ProtoReader in) {
        String name = "";
        String version = "";
        var attributes = new ArrayList<Attribute>();
        long dropped = 0;
        var logs = new ArrayList<Log>();
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> {
                    var s = in.message();
                    for (int f = s.nextField(); f != 0; f = s.nextField()) {
                        switch (f) {
                            case 1 -> name = s.text();
                            case 2 -> version = s.text();
                            case 3 -> attributes.add(attribute(s.message(), 0));
                            case 4 -> dropped = s.number();
                            default -> s.skip();
                        }
                    }
                }
                case 2 -> logs.add(log(in.message()));
                default -> in.skip();
            }
        }
        return new Scope(name, version, attributes, dropped, logs);
    }

    private static Log log(ProtoReader in) {
        long time = 0;
        long observed = 0;
        int severity = 0;
        String severityText = "";
        Value body = NOTHING;
        var attributes = new ArrayList<Attribute>();
        long dropped = 0;
        long flags = 0;
        String trace = "";
        String span = "";
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> time = in.fixed64();
                case 2 -> severity = (int) in.number();
                case 3 -> severityText = in.text();
                case 5 -> body = value(in.message(), 0);
                case 6 -> attributes.add(attribute(in.message(), 0));
                case 7 -> dropped = in.number();
                case 8 -> flags = in.fixed32() & 0xffffffffL;
                case 9 -> trace = HexFormat.of().formatHex(in.copy());
                case 10 -> span = HexFormat.of().formatHex(in.copy());
                case 11 -> observed = in.fixed64();
                default -> in.skip();
            }
        }
        return new Log(time, observed, severity, severityText, body, attributes, dropped, flags, trace, span);
    }

    private static Attribute attribute(ProtoReader in, int depth) {
        String key = "";
        Value value = NOTHING;
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> key = in.text();
                case 2 -> value = value(in.message(), depth);
                default -> in.skip();
            }
        }
        return new Attribute(key, value);
    }

    private static Value value(ProtoReader in, int depth) {
        if (depth > DEEPEST) {
            throw SigynException.badRequest("proto: values nested deeper than " + DEEPEST);
        }
        Value value = NOTHING;
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            value = switch (field) {
                case 1 -> new Value.Text(in.text());
                case 2 -> new Value.Bare(in.number() != 0 ? "true" : "false");
                case 3 -> new Value.Bare(Long.toString(in.number()));
                case 4 -> new Value.Bare(sigyn.logql.ast.FloatText.of(Double.longBitsToDouble(in.fixed64())));
                case 5 -> {
                    var items = new ArrayList<Value>();
                    var list = in.message();
                    for (int f = list.nextField(); f != 0; f = list.nextField()) {
                        if (f == 1) {
                            items.add(value(list.message(), depth + 1));
                        } else {
                            list.skip();
                        }
                    }
                    yield new Value.Items(items);
                }
                case 6 -> {
                    var fields = new ArrayList<Attribute>();
                    var map = in.message();
                    for (int f = map.nextField(); f != 0; f = map.nextField()) {
                        if (f == 1) {
                            fields.add(attribute(map.message(), depth + 1));
                        } else {
                            map.skip();
                        }
                    }
                    yield new Value.Fields(fields);
                }
                case 7 -> new Value.Text(Base64.getEncoder().encodeToString(in.copy()));
                default -> {
                    in.skip();
                    yield value;
                }
            };
        }
        return value;
    }
}
