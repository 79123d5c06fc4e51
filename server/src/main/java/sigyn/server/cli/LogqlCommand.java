package sigyn.server.cli;

import picocli.CommandLine.Command;

/// What concerns the query language itself.
@Command(
        name = "logql",
        description = "Looks into LogQL queries.",
        mixinStandardHelpOptions = true,
        subcommands = ExplainCommand.class)
final class LogqlCommand {}
