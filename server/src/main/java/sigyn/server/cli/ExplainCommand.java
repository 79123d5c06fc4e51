package sigyn.server.cli;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sigyn.logql.LogQl;
import sigyn.logql.exec.Explain;

/// Prints the tree and the plan of a query; with `--analyze` runs it on a server and prints what it has read.
@Command(
        name = "explain",
        description = "Prints how a query is answered: tree, plan, rules; with --analyze also what it reads and costs.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Mixin
    Server server = new Server();

    @Mixin
    TimeWindow window = new TimeWindow();

    @Option(names = "--analyze", description = "run the query on the server")
    boolean analyze;

    @Option(names = "--step", description = "distance of the samples of a metric query")
    @Nullable
    String step;

    @Parameters(index = "0", paramLabel = "QUERY")
    String query = "";

    @Override
    public Integer call() throws Exception {
        if (spec == null) {
            throw new IllegalStateException("not run as a command");
        }
        var out = spec.commandLine().getOut();
        if (!analyze) {
            Explain.of(LogQl.parse(query)).forEach(out::println);
            out.flush();
            return 0;
        }
        var parameters = new ArrayList<>(window.parameters());
        parameters.add(new Server.Parameter("query", query));
        parameters.add(new Server.Parameter("explain", "analyze"));
        if (step != null) {
            parameters.add(new Server.Parameter("step", step));
        }
        var answer = server.get(spec.commandLine(), "/loki/api/v1/query_range", parameters);
        for (var line : answer.path("data").path("result")) {
            out.println(line.asString());
        }
        out.flush();
        return 0;
    }
}
