/// The vocabulary of storage: what goes in ([PushBatch]), what may be asked ([LogReader], [ScanRequest]) and what comes
/// out ([ScanUnit], [RowBatch], [StreamStats]). The only part of storage that queries know.
///
/// Knows `model`, `codec` and `index`.
@NullMarked
package sigyn.storage.port;

import org.jspecify.annotations.NullMarked;
