/// HTTP as functions: a [Handler] turns a [Request] into a [Response]; a [Filter] wraps a handler; a [Router] picks
/// one.
///
/// Read [HttpServer] first. It, [Connector], [SlowBodies], [ClientWatch] and [WebSocketPeer] are the only classes of
/// the program that know the network library (Jetty). Handlers run on virtual threads and may block.
@NullMarked
package sigyn.server.http;

import org.jspecify.annotations.NullMarked;
