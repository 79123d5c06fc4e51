/// Where accepted logs live: write-ahead log, head, blocks, stream index. `append` returns when the rows are on disk.
///
/// Read [Storage] first: the facade, and what lies in a store's directory. Behind it: [Appender] takes batches to log
/// and head ([BatchCodec] and [LinePieces] say how a batch looks in the log), [StorageReader] answers from a
/// [TenantStore]'s view, [Sealer] makes blocks, [Upkeep] decides when what is due for sealing, cutting, deletion,
/// retention and compaction is done, and [Janitor] does it through [Rewriter]; [Recovery] and [LogReplay] bring a store
/// back at the start. The `port` package holds what goes in and comes out.
/// Knows `model` and `codec`; does not know LogQL or HTTP.
@NullMarked
package sigyn.storage;

import org.jspecify.annotations.NullMarked;
