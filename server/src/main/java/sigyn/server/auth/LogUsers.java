package sigyn.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sigyn.server.config.LogAuth;
import sigyn.server.config.LogAuth.Access;
import sigyn.server.config.LogAuth.User;

/// The users of the log server and what tells them apart: `Basic` with name and password, or `Bearer` with a token.
/// What is presented is compared with all of them, by digests of one length, so that time tells nothing.
public final class LogUsers {
    private record Known(User user, byte[] digest) {}

    private final List<Known> basic = new ArrayList<>();
    private final List<Known> bearer = new ArrayList<>();

    public LogUsers(LogAuth auth) {
        for (var user : auth.users()) {
            if (user.password() != null) {
                basic.add(new Known(user, digest(user.name() + ":" + user.password())));
            }
            if (user.token() != null) {
                bearer.add(new Known(user, digest(user.token())));
            }
        }
    }

    /// True when nobody has to say who he is.
    public boolean isOpen() {
        return basic.isEmpty() && bearer.isEmpty();
    }

    /// Who sends this value of `Authorization`; empty for nobody known.
    public Optional<User> find(@Nullable String authorization) {
        if (authorization == null) {
            return Optional.empty();
        }
        int space = authorization.indexOf(' ');
        String scheme = authorization.substring(0, Math.max(0, space)).toLowerCase(Locale.ROOT);
        String rest = authorization.substring(space + 1).strip();
        return switch (scheme) {
            case "bearer" -> find(bearer, rest);
            case "basic" -> find(basic, decoded(rest));
            default -> Optional.empty();
        };
    }

    private static Optional<User> find(List<Known> all, String presented) {
        byte[] digest = digest(presented);
        User found = null;
        for (var known : all) {
            if (MessageDigest.isEqual(known.digest(), digest)) {
                found = known.user();
            }
        }
        return Optional.ofNullable(found);
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /// Why a user may not do something for these tenants (of `X-Scope-OrgID`, several joined by `|`), or null when he
    /// may.
    public static @Nullable String refusal(User user, Access needed, String tenants) {
        if (user.access() != Access.ALL && user.access() != needed) {
            return "user " + user.name() + " may only " + user.access().name().toLowerCase(Locale.ROOT);
        }
        if (user.tenants().isEmpty()) {
            return null;
        }
        for (String tenant : tenants.split("\\|", -1)) {
            if (!tenant.isEmpty() && !user.tenants().contains(tenant)) {
                return "user " + user.name() + " may not name tenant " + tenant;
            }
        }
        return null;
    }

    /// The tenants of a request: those it names, or the user's only one.
    public static String tenants(User user, @Nullable String named) {
        if (named != null && !named.isEmpty()) {
            return named;
        }
        return user.tenants().size() == 1 ? user.tenants().getFirst() : "";
    }
}
