/// Row groups: the bytes of sealed rows.
@NullMarked
package sigyn.storage.rowgroup;

import org.jspecify.annotations.NullMarked;
