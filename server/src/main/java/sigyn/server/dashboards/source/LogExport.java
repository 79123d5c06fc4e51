package sigyn.server.dashboards.source;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sigyn.server.dashboards.store.Datasource;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Headers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// All lines of a query in a range, newest first, however many: asked for page by page and written as they come.
///
/// A page ends in the middle of a nanosecond now and then. The next one asks for that nanosecond again, and as many
/// equal entries as were written already are left out, so that none is lost and none doubled. Only a nanosecond with
/// more lines than a page holds is cut.
public final class LogExport {
    private static final int PAGE = 5_000;
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    /// How lines are written.
    public enum Format {
        TXT("text/plain; charset=utf-8"),
        NDJSON("application/x-ndjson; charset=utf-8"),
        CSV("text/csv; charset=utf-8");

        private final String type;

        Format(String type) {
            this.type = type;
        }

        public String type() {
            return type;
        }
    }

    /// One line with its stream, its structured metadata and what the query parsed out of it.
    private record Entry(BigInteger nanos, String line, JsonNode stream, JsonNode more) {}

    private final SourceProxy proxy;
    private final Datasource datasource;
    private final String query;
    private final BigInteger start;
    private final Format format;
    private BigInteger end;
    private List<Entry> page;

    /// Asks for the first page, so that a refused query is an answer and not a broken file.
    public LogExport(
            SourceProxy proxy, Datasource datasource, String query, BigInteger start, BigInteger end, Format format)
            throws Exception {
        this.proxy = proxy;
        this.datasource = datasource;
        this.query = query;
        this.start = start;
        this.end = end;
        this.format = format;
        this.page = ask();
    }

    public void writeTo(OutputStream out) throws IOException, InterruptedException {
        if (format == Format.CSV) {
            out.write("time,level,line,labels\n".getBytes(StandardCharsets.UTF_8));
        }
        Map<Entry, Integer> written = new HashMap<>();
        while (!page.isEmpty()) {
            BigInteger last = page.getLast().nanos();
            var onTheEdge = new HashMap<Entry, Integer>();
            var text = new StringBuilder();
            int fresh = 0;
            for (var entry : page) {
                boolean again = !written.isEmpty()
                        && entry.nanos().equals(end.subtract(BigInteger.ONE))
                        && left(written, entry);
                if (!again) {
                    print(entry, text);
                    fresh++;
                }
                if (entry.nanos().equals(last)) {
                    onTheEdge.merge(entry, 1, Integer::sum);
                }
            }
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            if (page.size() < PAGE) {
                return;
            }
            end = fresh == 0 ? last : last.add(BigInteger.ONE);
            written = fresh == 0 ? new HashMap<>() : onTheEdge;
            try {
                page = ask();
            } catch (IOException | InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("the export ended early", e);
            }
        }
    }

    /// Takes one of these entries away, if one is left.
    private static boolean left(Map<Entry, Integer> entries, Entry entry) {
        int count = entries.getOrDefault(entry, 0);
        entries.put(entry, count - 1);
        return count > 0;
    }

    private List<Entry> ask() throws Exception {
        var parameters = new StringBuilder();
        SourceProxy.append(parameters, "query", query);
        SourceProxy.append(parameters, "start", start.toString());
        SourceProxy.append(parameters, "end", end.toString());
        SourceProxy.append(parameters, "limit", String.valueOf(PAGE));
        SourceProxy.append(parameters, "direction", "backward");
        var headers = new Headers()
                .add("X-Loki-Response-Encoding-Flags", "categorize-labels")
                .add("X-Query-Tags", "Source=export");
        var answer = proxy.get(datasource, "loki/api/v1/query_range", parameters.toString(), headers);
        if (answer.status() != 200) {
            throw new Refusal(answer.status(), answer.text().strip());
        }
        var data = Json.parse(answer.body()).path("data");
        if (!data.path("resultType").asString("").equals("streams")) {
            throw Refusal.badRequest("only queries for log lines can be exported");
        }
        var entries = new ArrayList<Entry>();
        for (var stream : data.path("result")) {
            for (var value : stream.path("values")) {
                entries.add(new Entry(
                        new BigInteger(value.path(0).asString("0")),
                        value.path(1).asString(""),
                        stream.path("stream"),
                        value.path(2)));
            }
        }
        entries.sort(Comparator.comparing(Entry::nanos).reversed());
        return entries;
    }

    private void print(Entry entry, StringBuilder to) {
        switch (format) {
            case TXT -> to.append(time(entry)).append(' ').append(entry.line());
            case NDJSON -> {
                ObjectNode json = Json.object().put("timestamp", time(entry)).put("line", entry.line());
                json.set("labels", entry.stream());
                for (String kind : List.of("structuredMetadata", "parsed")) {
                    if (entry.more().path(kind).size() > 0) {
                        json.set(kind, entry.more().path(kind));
                    }
                }
                to.append(Json.write(json));
            }
            case CSV -> {
                String level = Json.text(entry.stream(), "level");
                String detected = Json.text(entry.more().path("structuredMetadata"), "detected_level");
                to.append(time(entry))
                        .append(',')
                        .append(cell(level.isEmpty() ? detected : level))
                        .append(',')
                        .append(cell(entry.line()))
                        .append(',')
                        .append(cell(Json.write(entry.stream())));
            }
        }
        to.append('\n');
    }

    private static String time(Entry entry) {
        var parts = entry.nanos().divideAndRemainder(BigInteger.valueOf(1_000_000_000));
        return "%s.%09dZ"
                .formatted(SECONDS.format(Instant.ofEpochSecond(parts[0].longValueExact())), parts[1].intValueExact());
    }

    /// A cell; a value that a spreadsheet would run as a formula is made text.
    private static String cell(String value) {
        String safe = !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
