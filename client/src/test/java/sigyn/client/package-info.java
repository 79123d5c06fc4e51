@NullMarked
package sigyn.client;

import org.jspecify.annotations.NullMarked;
