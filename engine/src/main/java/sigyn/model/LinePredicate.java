package sigyn.model;

import java.util.List;

/// A test on the bytes of a line that storage can answer while it scans, before any line is materialised.
/// Exact: a row passes if and only if the test holds for its bytes.
public sealed interface LinePredicate {
    /// The needle occurs in the line, byte for byte; with `ignoreCase`, ASCII letters of either case are equal.
    record Contains(String needle, boolean ignoreCase) implements LinePredicate {
        public byte[] bytes() {
            return GoText.bytes(needle);
        }
    }

    /// The regular expression, correct in RE2's syntax, finds a match in the line.
    record Matches(String regex) implements LinePredicate {}

    /// A byte above 0x7f occurs in the line.
    record NotAscii() implements LinePredicate {}

    /// At least one of the parts holds.
    record AnyOf(List<LinePredicate> parts) implements LinePredicate {
        public AnyOf {
            parts = List.copyOf(parts);
        }
    }

    /// The part does not hold.
    record Not(LinePredicate part) implements LinePredicate {}
}
