/// Where accepted logs live: write-ahead log, head, blocks, stream index. `append` returns when the rows are on disk.
///
/// Read [Storage] first: the facade for writing and managing; [LogReader] is what queries may ask.
/// Knows `model` and `codec`; does not know LogQL or HTTP.
@NullMarked
package sigyn.storage;

import org.jspecify.annotations.NullMarked;
