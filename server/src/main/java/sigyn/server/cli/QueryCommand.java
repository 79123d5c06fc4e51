package sigyn.server.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// Prints the lines or the samples of a LogQL query.
@Command(name = "query", description = "Prints the lines or samples of a LogQL query.", mixinStandardHelpOptions = true)
final class QueryCommand implements Callable<Integer> {
    enum Output {
        TEXT,
        RAW,
        JSON
    }

    private record Line(long nanos, String labels, String text) {}

    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Mixin
    Server server = new Server();

    @Mixin
    TimeWindow window = new TimeWindow();

    @Option(names = "--limit", defaultValue = "100", description = "lines at most (${DEFAULT-VALUE})")
    int limit;

    @Option(names = "--forward", description = "oldest lines first")
    boolean forward;

    @Option(names = "--step", description = "distance of the samples of a metric query")
    @Nullable
    String step;

    @Option(names = "--instant", description = "one sample for each series, now")
    boolean instant;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "TEXT",
            description = "text, raw (lines only) or json (as answered)")
    Output output = Output.TEXT;

    @Parameters(index = "0", paramLabel = "QUERY")
    String query = "";

    @Override
    public Integer call() throws Exception {
        var parameters = new ArrayList<Server.Parameter>();
        parameters.add(new Server.Parameter("query", query));
        String path = "/loki/api/v1/query";
        if (!instant) {
            path += "_range";
            parameters.addAll(window.parameters());
            parameters.add(new Server.Parameter("limit", String.valueOf(limit)));
            parameters.add(new Server.Parameter("direction", forward ? "forward" : "backward"));
            if (step != null) {
                parameters.add(new Server.Parameter("step", step));
            }
        }
        var answer = server.get(commandLine(), path, parameters);
        var out = commandLine().getOut();
        for (var warning : answer.path("warnings")) {
            commandLine().getErr().println("warning: " + warning.asString());
        }
        var data = answer.path("data");
        if (output == Output.JSON) {
            out.println(answer);
        } else if (data.path("resultType").asString().equals("streams")) {
            printLines(data.path("result"));
        } else {
            printSamples(data);
        }
        out.flush();
        return 0;
    }

    private CommandLine commandLine() {
        if (spec == null) {
            throw new IllegalStateException("not run as a command");
        }
        return spec.commandLine();
    }

    private void printLines(JsonNode streams) {
        var lines = new ArrayList<Line>();
        for (var stream : streams) {
            String labels = labels(stream.path("stream"));
            for (var value : stream.path("values")) {
                lines.add(new Line(
                        Long.parseLong(value.get(0).asString()),
                        labels,
                        value.get(1).asString()));
            }
        }
        var order = Comparator.comparingLong(Line::nanos);
        lines.sort(forward ? order : order.reversed());
        var out = commandLine().getOut();
        for (var line : lines) {
            out.println(
                    output == Output.RAW ? line.text() : time(line.nanos()) + " " + line.labels() + " " + line.text());
        }
    }

    private void printSamples(JsonNode data) {
        var out = commandLine().getOut();
        for (var series : data.path("result")) {
            String labels = labels(series.path("metric"));
            if (series.has("values")) {
                for (var value : series.path("values")) {
                    out.println(sampleTime(value) + " " + labels + " "
                            + value.get(1).asString());
                }
            } else if (series.has("value")) {
                out.println(labels + " " + series.path("value").get(1).asString());
            } else {
                out.println(series.asString());
            }
        }
    }

    private static String sampleTime(JsonNode value) {
        return Instant.ofEpochMilli(Math.round(value.get(0).asDouble() * 1000)).toString();
    }

    static String time(long nanos) {
        return TIME.format(
                Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)));
    }

    static String labels(JsonNode labels) {
        return labels.propertyStream()
                .map(e -> e.getKey() + "=\"" + e.getValue().asString() + "\"")
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
