package sigyn.server.cli;

import java.util.List;

/// The commands of the client, in the order in which help shows them.
public final class ClientCommands {
    private ClientCommands() {}

    public static List<Object> all() {
        return List.of(
                new QueryCommand(),
                new LabelsCommand(),
                new SeriesCommand(),
                new TailCommand(),
                new PushCommand(),
                new LogqlCommand());
    }
}
