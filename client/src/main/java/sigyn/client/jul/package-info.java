/// A handler for `java.util.logging`, also under JBoss LogManager. Read [SigynHandler]; knows only `sigyn.client`.
@NullMarked
package sigyn.client.jul;

import org.jspecify.annotations.NullMarked;
