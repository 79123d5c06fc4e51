package sigyn.server.auth;

/// Who a request comes from, found by [Authentication] and carried as an attribute of the request.
public record Caller(Account account, Role role, Proof proof) {
    public enum Proof {
        SESSION,
        BASIC,
        TOKEN,
        PROXY,
        ANONYMOUS
    }

    public boolean anonymous() {
        return proof == Proof.ANONYMOUS;
    }

    public boolean may(Role needed) {
        return role.atLeast(needed);
    }

    public String login() {
        return account.login();
    }
}
