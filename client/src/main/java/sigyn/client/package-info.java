/// The logger library: lives inside other people's programs, so it never blocks, never throws, never grows without
/// bound and never loses count.
///
/// Read [SigynClient] first: a call puts a [LogEvent] into the [EventQueue]; a [Sender] encodes, compresses and
/// delivers batches and settles every event as sent or dropped in [Counters]. [LokiLogger] is the API for people; the
/// sub-packages adapt logging frameworks to [SigynClient]. Knows nothing of the server but HTTP.
///
/// Threads: callers touch only the queue, the counters and the console queue, all lock-free; each client owns two
/// sender threads and one console thread, all daemons.
@NullMarked
package sigyn.client;

import org.jspecify.annotations.NullMarked;
