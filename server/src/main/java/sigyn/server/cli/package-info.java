/// The command line client: small programs that talk to a running server over HTTP, as `logcli` does to Loki.
///
/// Knows nothing of the server's inside. [ClientCommands] lists them.
@NullMarked
package sigyn.server.cli;

import org.jspecify.annotations.NullMarked;
