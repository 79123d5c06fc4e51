package sigyn.server.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints label names, or the values of one label.
@Command(
        name = "labels",
        description = "Prints label names, or the values of one label.",
        mixinStandardHelpOptions = true)
final class LabelsCommand implements Callable<Integer> {
    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Mixin
    Server server = new Server();

    @Mixin
    TimeWindow window = new TimeWindow();

    @Parameters(index = "0", arity = "0..1", paramLabel = "LABEL")
    @Nullable
    String label;

    @Override
    public Integer call() throws Exception {
        if (spec == null) {
            throw new IllegalStateException("not run as a command");
        }
        String path = label == null
                ? "/loki/api/v1/labels"
                : "/loki/api/v1/label/" + URLEncoder.encode(label, StandardCharsets.UTF_8) + "/values";
        var answer = server.get(spec.commandLine(), path, window.parameters());
        var out = spec.commandLine().getOut();
        for (var value : answer.path("data")) {
            out.println(value.asString());
        }
        out.flush();
        return 0;
    }
}
