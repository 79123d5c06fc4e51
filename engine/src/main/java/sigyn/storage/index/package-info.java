/// Which streams there are and which of them a selector means. Rebuilt from block footers and the log at every start.
///
/// Read [StreamIndex] first. Knows `model`; holds labels and ids, never lines.
@NullMarked
package sigyn.storage.index;

import org.jspecify.annotations.NullMarked;
