package sigyn.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sigyn.server.config.ConfigException;
import sigyn.server.config.ConfigFile;
import sigyn.server.config.Flags;
import sigyn.server.config.Overrides;
import sigyn.server.config.Settings;

/// `sigyn config check FILE`: what each setting of a `loki-config.yaml` means here.
@Command(
        name = "config",
        description = "Looks at configuration files.",
        mixinStandardHelpOptions = true,
        subcommands = ConfigCommand.Check.class)
final class ConfigCommand implements Callable<Integer> {
    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("not run as a command");
        }
        spec.commandLine().usage(spec.commandLine().getOut());
        return 0;
    }

    @Command(
            name = "check",
            description = "Says what each setting of a file means here, and what is wrong with it.",
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {
        @Spec
        CommandLine.Model.@Nullable CommandSpec spec;

        @Parameters(paramLabel = "FILE", description = "a loki-config.yaml")
        Path file = Path.of("");

        @Option(names = "--expand-env", description = "replaces ${VAR} by variables of the environment first")
        boolean expand;

        @Override
        public Integer call() throws IOException {
            if (spec == null) {
                throw new IllegalStateException("not run as a command");
            }
            var out = spec.commandLine().getOut();
            String name = file.toString();
            try {
                var flags = Flags.parse(expand ? List.of("-config.expand-env") : List.of());
                String text = Files.readString(file);
                var config = ConfigFile.parse(text, name, flags, System.getenv());
                Settings.explain(text, name).forEach(out::println);
                var notes = new ArrayList<>(config.notes());
                notes.addAll(Overrides.open(config).notes());
                notes.forEach(note -> out.println("warning: " + note));
                out.println(name + ": valid, " + notes.size() + " warnings");
                return 0;
            } catch (ConfigException e) {
                out.println("error: " + e.getMessage());
                return 1;
            } finally {
                out.flush();
            }
        }
    }
}
