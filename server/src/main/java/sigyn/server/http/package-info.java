/// HTTP as functions: a [Handler] turns a [Request] into a [Response]; a [Filter] wraps a handler; a [Router] picks
/// one.
///
/// [HttpServer] is the one place that knows the network library. Handlers run on virtual threads and may block.
@NullMarked
package sigyn.server.http;

import org.jspecify.annotations.NullMarked;
