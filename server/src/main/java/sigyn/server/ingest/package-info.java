/// What arrives becomes a batch: decoders for Loki's JSON and protobuf and for OpenTelemetry, the checks of
/// `limits_config`, names and levels found out on the way.
///
/// Read [Ingest] first, then [Intake], which every decoder fills. A request is decoded whole before anything is stored;
/// one thread works on it.
@NullMarked
package sigyn.server.ingest;

import org.jspecify.annotations.NullMarked;
