/// What is to go: entries that somebody asked to delete, and entries past their time.
///
/// Read [Deletion] and [RetentionRule] first. Pure decisions; the work is done by `storage`.
/// Knows `model` and `codec`.
@NullMarked
package sigyn.storage.retention;

import org.jspecify.annotations.NullMarked;
