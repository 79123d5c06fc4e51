package sigyn.logql.ast;

import org.jspecify.annotations.Nullable;

/// The lines a range function looks at from each step: those of `(t - offset - range, t - offset]`, in nanoseconds.
public record LogRange(
        LogExpr log, long range, long offset, @Nullable Unwrap unwrap) {}
