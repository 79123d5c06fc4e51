/// The write-ahead log: what was accepted but may not yet be in a block.
///
/// Read [Wal] first, then [WalSegment] for the bytes. Knows `codec`; does not know blocks, queries or HTTP.
/// Threads: one writer per [Wal]; callers block until their group is on disk.
@NullMarked
package sigyn.storage.wal;

import org.jspecify.annotations.NullMarked;
