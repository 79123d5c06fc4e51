package sigyn.server.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which time is meant; the server reads the values (RFC 3339, Unix seconds or nanoseconds).
final class TimeWindow {
    @Option(
            names = "--since",
            defaultValue = "1h",
            description = "length of the range before its end (${DEFAULT-VALUE})")
    String since = "";

    @Option(names = "--from", description = "start of the range")
    @Nullable
    String from;

    @Option(names = "--to", description = "end of the range")
    @Nullable
    String to;

    List<Server.Parameter> parameters() {
        var parameters = new ArrayList<Server.Parameter>();
        if (from == null) {
            parameters.add(new Server.Parameter("since", since));
        } else {
            parameters.add(new Server.Parameter("start", from));
        }
        if (to != null) {
            parameters.add(new Server.Parameter("end", to));
        }
        return parameters;
    }
}
