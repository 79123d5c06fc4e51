/// Where accepted logs live: write-ahead log, head, blocks, stream index. `append` returns when the rows are on disk.
///
/// Read [Storage] first: the facade for writing and managing. The `port` package holds what goes in and comes out.
/// Knows `model` and `codec`; does not know LogQL or HTTP.
@NullMarked
package sigyn.storage;

import org.jspecify.annotations.NullMarked;
