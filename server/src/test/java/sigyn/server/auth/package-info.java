/// Accounts, passwords, sessions, tokens.
@NullMarked
package sigyn.server.auth;

import org.jspecify.annotations.NullMarked;
