/// The embedded database of accounts and dashboards: SQL text in, rows out. Read [Db] first.
///
/// Knows JDBC and nothing of what is stored. One connection, one owner of it at a time.
@NullMarked
package sigyn.server.db;

import org.jspecify.annotations.NullMarked;
