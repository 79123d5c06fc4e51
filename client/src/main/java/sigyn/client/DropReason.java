package sigyn.client;

import java.util.Locale;

/// Why a line was given up. Every dropped line has exactly one reason.
public enum DropReason {
    /// The queue was full.
    OVERFLOW,
    /// A line of a higher level, or with [Overflow#DROP_OLDEST] a newer one, took its place.
    EVICTED,
    /// The server refused it for good (a status of 400 to 499 that no repetition can cure).
    REJECTED,
    /// The server finds even this single line too large.
    TOO_LARGE,
    /// The server does not accept the credentials.
    UNAUTHORIZED,
    /// Undelivered when the deadline of closing passed.
    SHUTDOWN,
    /// Logged after closing.
    CLOSED,
    /// The disk spool is at its limit, or a spooled batch cannot be read.
    SPOOL,
    /// The client itself failed on it.
    INTERNAL;

    static final int COUNT = values().length;

    /// The name in notices and statistics: lower case.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
