/// An appender for Log4j 2. Read [SigynLog4jAppender]; knows only `sigyn.client`.
@NullMarked
package sigyn.client.log4j;

import org.jspecify.annotations.NullMarked;
