/// gRPC: pushes of Loki's and of OpenTelemetry's kind, the calls of Loki's querier, health and reflection. The same way
/// in, and the same answers, as over HTTP.
///
/// Read [GrpcServer], which lists the services: one file each. The only room that knows the gRPC library; messages are
/// bytes that `ingest` decodes.
@NullMarked
package sigyn.server.grpc;

import org.jspecify.annotations.NullMarked;
