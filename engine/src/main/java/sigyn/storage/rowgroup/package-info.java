/// Row groups: what sealed rows become. Rows go in as columns ([RowGroupInput]), two byte arrays come out
/// ([EncodedRowGroup]); lines are kept as templates and typed columns of their variable parts, and are searched
/// without being put together again.
///
/// Read [RowGroupEncoder] first for writing, [RowGroup] for reading. The way of a line in: [Tokenizer] splits it
/// into static text and tokens, along the templates that were found before ([TemplateTree]) or else by looking for
/// [Runs]; lines with equal static text share a template ([LineSetEncoder]); the tokens of one place of one template
/// are a column, and [ColumnEncoder] picks its encoding ([ColumnKind] lists them) by estimated size, leaving out what
/// did not pay lately ([VainTrials]). Values that many columns share go to pools ([IdPool]). All numbers end as byte
/// planes ([NumberSequence]), and [SectionWriter] compresses and checksums what came together, in several frames where
/// [FrameCuts] finds that shorter. What the filters need falls off on the way ([FilterKeys]). Every group is decoded
/// and compared with its rows before it is handed out ([Verification]).
///
/// The way back: [RowGroupSummary] is the prune part; it tells for most needles that the group holds no such line.
/// [RowGroup#select] finds rows, [RowReader] makes batches of them.
///
/// Knows `model`, `codec` and `storage.port`; does no input or output. Threads: everything here belongs to one
/// thread at a time, except [RowGroupSummary], which never changes. Format version 1 stands in the comments of
/// [SectionWriter], [RowGroupEncoder], [LineSetEncoder], [ColumnKind], [NumberSequence], [MetadataEncoder] and
/// [RowGroupSummary]; it is not edited any more once released.
@NullMarked
package sigyn.storage.rowgroup;

import org.jspecify.annotations.NullMarked;
