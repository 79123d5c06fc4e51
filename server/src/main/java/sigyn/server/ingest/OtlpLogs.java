package sigyn.server.ingest;

import java.util.List;

/// OpenTelemetry's logs as they came, whichever way they were written.
record OtlpLogs(List<Resource> resources) {
    record Resource(List<Attribute> attributes, List<Scope> scopes) {}

    /// @param dropped attributes that the sender left out
    record Scope(String name, String version, List<Attribute> attributes, long dropped, List<Log> logs) {}

    /// Times in nanoseconds, 0 when not given; ids in lower-case hex, empty when not given.
    record Log(
            long time,
            long observedTime,
            int severityNumber,
            String severityText,
            Value body,
            List<Attribute> attributes,
            long dropped,
            long flags,
            String traceId,
            String spanId) {}

    record Attribute(String key, Value value) {}

    /// What an attribute or a body can hold.
    sealed interface Value {
        /// Text, and what is shown as text: numbers, booleans, bytes in base64.
        record Text(String text) implements Value {}

        /// A number or a boolean: its text stands in JSON without quotes.
        record Bare(String text) implements Value {}

        record Items(List<Value> items) implements Value {}

        record Fields(List<Attribute> fields) implements Value {}

        /// As a line or a value of metadata: text as it is, lists and maps as JSON.
        default String text() {
            return switch (this) {
                case Text t -> t.text();
                case Bare b -> b.text();
                case Items _, Fields _ -> json();
            };
        }

        default String json() {
            var out = new StringBuilder();
            json(out);
            return out.toString();
        }

        private void json(StringBuilder out) {
            switch (this) {
                case Text t -> quote(out, t.text());
                case Bare b -> out.append(b.text());
                case Items list -> {
                    out.append('[');
                    for (int i = 0; i < list.items().size(); i++) {
                        out.append(i > 0 ? "," : "");
                        list.items().get(i).json(out);
                    }
                    out.append(']');
                }
                case Fields map -> {
                    out.append('{');
                    var fields = new java.util.TreeMap<String, Value>();
                    map.fields().forEach(f -> fields.put(f.key(), f.value()));
                    fields.forEach((key, value) -> {
                        out.append(out.charAt(out.length() - 1) == '{' ? "" : ",");
                        quote(out, key);
                        out.append(':');
                        value.json(out);
                    });
                    out.append('}');
                }
            }
        }

        private static void quote(StringBuilder out, String text) {
            out.append('"')
                    .append(tools.jackson.core.io.JsonStringEncoder.getInstance()
                            .quoteAsCharArray(text))
                    .append('"');
        }
    }
}
