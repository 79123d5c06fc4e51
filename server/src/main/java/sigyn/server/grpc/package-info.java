/// gRPC: pushes of Loki's and of OpenTelemetry's kind, and the standard health check. The same way in as over HTTP.
///
/// Read [GrpcServer]. The only room that knows the gRPC library; messages are bytes that `ingest` decodes.
@NullMarked
package sigyn.server.grpc;

import org.jspecify.annotations.NullMarked;
