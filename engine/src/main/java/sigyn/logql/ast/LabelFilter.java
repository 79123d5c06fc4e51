package sigyn.logql.ast;

import sigyn.model.LabelMatcher;

/// A condition on the labels of one line.
public sealed interface LabelFilter {
    record Text(LabelMatcher matcher) implements LabelFilter {}

    record Numeric(String name, CompareOp op, double value) implements LabelFilter {}

    /// The value in nanoseconds.
    record Duration(String name, CompareOp op, long nanos) implements LabelFilter {}

    record Bytes(String name, CompareOp op, long bytes) implements LabelFilter {}

    /// `addr = ip("10.0.0.0/8")`, or not.
    record Ip(String name, boolean negated, String pattern) implements LabelFilter {}

    record And(LabelFilter left, LabelFilter right) implements LabelFilter {}

    record Or(LabelFilter left, LabelFilter right) implements LabelFilter {}
}
