/// Who is asking and what they may do. People at the dashboards: accounts, passwords, sessions, tokens, roles, login by
/// OpenID Connect; read [Authentication] first. Clients of the log server: read [LogAuthFilter] and [LogUsers]; these
/// stand in the configuration ([sigyn.server.config.LogAuth]).
///
/// Of what people log in with only hashes are stored, and no secret leaves this room, except that the configuration was
/// read with its secrets in it.
@NullMarked
package sigyn.server.auth;

import org.jspecify.annotations.NullMarked;
