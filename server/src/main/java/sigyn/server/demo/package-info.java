/// Believable logs for looking around: what `sigyn up --demo` writes. [DemoLogs] is a client like any other: it pushes
/// over HTTP.
@NullMarked
package sigyn.server.demo;

import org.jspecify.annotations.NullMarked;
