/// Black-box scenarios: real processes, real sockets, a real browser. Start with [MainJobTest]; [SigynProcess] starts
/// the server that the build left under `dist/sigyn`.
@NullMarked
package sigyn.e2e;

import org.jspecify.annotations.NullMarked;
