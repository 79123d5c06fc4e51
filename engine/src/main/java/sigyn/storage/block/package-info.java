/// Sealed, immutable files of rows and what can be asked of them without reading the rows.
///
/// Read [BlockFormat] first for the bytes, then [Block] (reading) and [BlockWriter] (writing). [Encoders] is the bound
/// on how many row groups are encoded at once, sealing and compaction together; [OpenGroups] keeps what queries opened.
/// [LabelSets] is how blocks, and records of the log, have the labels of streams.
/// What is inside a row group is `rowgroup`'s. Knows `codec`, `model`, `rowgroup` and the port; does not know the head,
/// the log or the catalog. Threads: everything read is immutable or confined to one scan.
@NullMarked
package sigyn.storage.block;

import org.jspecify.annotations.NullMarked;
