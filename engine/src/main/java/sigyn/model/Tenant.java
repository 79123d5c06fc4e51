package sigyn.model;

/// Whose data it is. Legal ids: letters, digits and `! - _ . * ' ( )`, at most 150 bytes, not `.` and not `..`.
public record Tenant(String id) implements Comparable<Tenant> {
    /// The tenant of every request when authentication is off.
    public static final Tenant FAKE = new Tenant("fake");

    private static final int MAX_LENGTH = 150;

    public Tenant {
        if (id.isEmpty()) {
            throw SigynException.badRequest("no org id");
        }
        if (id.length() > MAX_LENGTH) {
            throw SigynException.badRequest("tenant ID is too long: max 150 characters");
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean legal =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "!-_.*'()".indexOf(c) >= 0;
            if (!legal) {
                throw SigynException.badRequest("tenant ID '" + id + "' contains unsupported character '" + c + "'");
            }
        }
        if (id.equals(".") || id.equals("..")) {
            throw SigynException.badRequest("tenant ID is '.' or '..'");
        }
    }

    @Override
    public int compareTo(Tenant other) {
        return id.compareTo(other.id);
    }

    @Override
    public String toString() {
        return id;
    }
}
