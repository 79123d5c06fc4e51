/// An appender for Logback 1.5. Read [SigynAppender]; knows only `sigyn.client`.
@NullMarked
package sigyn.client.logback;

import org.jspecify.annotations.NullMarked;
