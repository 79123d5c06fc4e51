package sigyn.testkit.disk;

/// What becomes of a call.
public enum Fault {
    NONE,
    /// Fails without effect. A failed sync drops the pages, as kernels do: syncing again would succeed and mean
    /// nothing.
    FAIL,
    /// A write takes only a part of the bytes and says so.
    SHORT,
    /// A write takes a part of the bytes, then fails.
    PART,
    /// The power goes in the middle of the call, and with it everything unsynced.
    POWER_CUT
}
