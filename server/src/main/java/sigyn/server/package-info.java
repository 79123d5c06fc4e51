/// The program: composes storage, queries, APIs and dashboards and runs them. Read [Main] first.
@NullMarked
package sigyn.server;

import org.jspecify.annotations.NullMarked;
