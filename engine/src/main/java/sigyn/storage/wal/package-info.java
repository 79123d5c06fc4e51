/// The write-ahead log: what was accepted but may not yet be in a block.
///
/// Read [Wal] first, then [WalSegment] for the bytes; [SegmentWriter] writes a segment, over a file that
/// [SpareFiles] has where it can. A start reads whole segments ([Wal#replay]); a tail that fell behind reads on
/// from its place while the log is written ([Wal#read], [SegmentReader]). Knows `codec`; does not know blocks,
/// queries or HTTP. Threads: one writer per [Wal]; callers block until their group is on disk; one that cuts the
/// log and makes files ahead of time ([Wal#truncate], [Wal#provide]), or has the writer go on behind its last
/// records ([Wal#shorten]); any number of readers, who look at synced bytes only.
@NullMarked
package sigyn.storage.wal;

import org.jspecify.annotations.NullMarked;
