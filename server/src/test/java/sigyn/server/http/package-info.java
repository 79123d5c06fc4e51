@NullMarked
package sigyn.server.http;

import org.jspecify.annotations.NullMarked;
