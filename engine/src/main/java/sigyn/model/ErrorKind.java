package sigyn.model;

/// Who has to act on a failure. Each face of the program maps the kinds to its own status codes.
public enum ErrorKind {
    /// The request is wrong: bad query, bad entry, unknown name.
    BAD_REQUEST,
    /// The request is right but asks for more than its limits allow.
    LIMIT_EXCEEDED,
    /// The thing asked for is not there.
    NOT_FOUND,
    /// Too much at once; the same request may pass later.
    OVERLOADED,
    /// The deadline passed before the answer was ready.
    TIMEOUT,
    /// The asker went away.
    CANCELLED,
    /// A file, a disk or a peer failed; an operator has to look.
    OPERATOR,
    /// A defect of the program.
    BUG
}
