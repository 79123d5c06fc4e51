package sigyn.server.auth;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// An OpenID provider that people may log in with.
///
/// @param name what the login page calls it
/// @param issuer where `/.well-known/openid-configuration` is, and what tokens must say of their origin
/// @param redirect our address that the provider sends people back to
/// @param signUp whether somebody seen for the first time gets an account
/// @param role of new accounts, and of all when `roleRule` names none
/// @param roleRule says the role from the claims; null: the role is ours to give
public record OidcConfig(
        String name,
        URI issuer,
        String clientId,
        String clientSecret,
        String scopes,
        URI redirect,
        boolean signUp,
        Role role,
        @Nullable JmesPath roleRule) {}
