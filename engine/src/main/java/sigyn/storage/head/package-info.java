/// The rows that are durable in the log but not yet in a block, in memory.
///
/// Read [HeadPart] first; [StreamSpans] tells it which rows cannot be there yet, [PackedLines] is what comes compressed
/// already, [SpareMemory] what a part leaves to the next.
/// Knows `block` (to become one), `index` and `codec`; does not know the log.
/// Threads: one writer; any number of readers, who see the rows that were there when they asked for the count.
@NullMarked
package sigyn.storage.head;

import org.jspecify.annotations.NullMarked;
