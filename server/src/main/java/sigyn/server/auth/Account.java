package sigyn.server.auth;

/// Somebody or something with a name of its own.
///
/// @param policy what of the logs it may read, empty: everything its role may (else what [RolePolicies] say)
/// @param created milliseconds since 1970, as all times here
public record Account(
        long id,
        String uid,
        Kind kind,
        String login,
        String email,
        String name,
        Role role,
        boolean serverAdmin,
        boolean disabled,
        boolean external,
        String policy,
        long created,
        long updated,
        long seen) {

    public enum Kind {
        USER,
        SERVICE
    }

    static final Account NOBODY =
            new Account(0, "", Kind.USER, "", "", "Anonymous", Role.NONE, false, false, false, "", 0, 0, 0);
}
