/// Which blocks should become one. Pure decisions over sizes and times; the work is done by `storage`.
///
/// Read [CompactionPolicy] first. Knows nothing of the rest.
@NullMarked
package sigyn.storage.compact;

import org.jspecify.annotations.NullMarked;
