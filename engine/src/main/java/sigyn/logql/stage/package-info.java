/// The stages of a log pipeline as code: one file each. Read [Row], what they work on, then [Pipeline].
///
/// Knows `model` and `ast`. A compiled stage has buffers of its own and serves one thread.
@NullMarked
package sigyn.logql.stage;

import org.jspecify.annotations.NullMarked;
