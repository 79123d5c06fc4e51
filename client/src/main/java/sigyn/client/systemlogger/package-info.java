/// A finder for [System.Logger]. Only takes effect when asked for, by the jar `sigyn-client-systemlogger`.
@NullMarked
package sigyn.client.systemlogger;

import org.jspecify.annotations.NullMarked;
