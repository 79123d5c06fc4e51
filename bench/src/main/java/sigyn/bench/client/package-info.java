/// What a log call of the Java client costs its program, and how fast lines leave it. Read [ClientBench]; talks to a
/// server of its own on the loopback interface.
@NullMarked
package sigyn.bench.client;

import org.jspecify.annotations.NullMarked;
