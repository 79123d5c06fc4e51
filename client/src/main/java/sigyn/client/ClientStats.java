package sigyn.client;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What became of every line, as of one instant: `enqueued == sent + dropped + queued`, always.
///
/// @param enqueued lines accepted from callers, whatever became of them, and lines taken over from a spool left behind
/// @param sent lines the server acknowledged
/// @param dropped lines given up, the sum of `droppedBy`
/// @param queued lines in memory, on their way, or spooled on disk
/// @param spooled the part of `queued` that is on disk
/// @param retried attempts after the first, in batches
/// @param queueBytes estimated heap of the lines in memory
/// @param sinceLastSuccess age of the last acknowledgement; empty before the first
/// @param lastFailure the last thing that went wrong, in words; empty when nothing has
public record ClientStats(
        long enqueued,
        long sent,
        long dropped,
        long queued,
        long spooled,
        long retried,
        long queueBytes,
        Map<DropReason, Long> droppedBy,
        Optional<Duration> sinceLastSuccess,
        Optional<String> lastFailure) {}
