/// Who is asking and what they may do: accounts, passwords, sessions, tokens, roles.
///
/// Read [Authentication] first. Passwords and secrets never leave this room; only their hashes are stored.
@NullMarked
package sigyn.server.auth;

import org.jspecify.annotations.NullMarked;
