/// The command line client: small programs that talk to a running server over HTTP, as `logcli` does to Loki.
///
/// [ClientCommands] lists them. [InspectCommand] is the exception: it reads the files of the log store itself.
/// Knows nothing of the server's inside.
@NullMarked
package sigyn.server.cli;

import org.jspecify.annotations.NullMarked;
