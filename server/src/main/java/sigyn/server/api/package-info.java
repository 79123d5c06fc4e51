/// Loki's HTTP API: one class for each group of endpoints, put together by [LokiApi].
///
/// Requests are read into [QueryParams], answered by `sigyn.logql` and `sigyn.storage`, and printed by [QueryJson]. A
/// caller's error is thrown as `SigynException` and becomes a status in [ErrorFilter].
@NullMarked
package sigyn.server.api;

import org.jspecify.annotations.NullMarked;
