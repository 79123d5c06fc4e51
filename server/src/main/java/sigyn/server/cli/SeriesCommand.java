package sigyn.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints the label sets of streams.
@Command(name = "series", description = "Prints the label sets of matching streams.", mixinStandardHelpOptions = true)
final class SeriesCommand implements Callable<Integer> {
    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Mixin
    Server server = new Server();

    @Mixin
    TimeWindow window = new TimeWindow();

    @Parameters(arity = "0..*", paramLabel = "SELECTOR")
    List<String> selectors = List.of();

    @Override
    public Integer call() throws Exception {
        if (spec == null) {
            throw new IllegalStateException("not run as a command");
        }
        var parameters = new ArrayList<>(window.parameters());
        selectors.forEach(selector -> parameters.add(new Server.Parameter("match[]", selector)));
        var answer = server.get(spec.commandLine(), "/loki/api/v1/series", parameters);
        var out = spec.commandLine().getOut();
        for (var labels : answer.path("data")) {
            out.println(QueryCommand.labels(labels));
        }
        out.flush();
        return 0;
    }
}
