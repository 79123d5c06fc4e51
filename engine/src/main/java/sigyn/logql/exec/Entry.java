package sigyn.logql.exec;

import sigyn.model.Labels;

/// One line of an answer: its time in nanoseconds, its bytes as the pipeline left them, and its labels by where they
/// come from. `__error__` and `__error_details__` are among the parsed ones. Values may be empty.
///
/// @param labels all of them in one set
public record Entry(long time, byte[] line, Labels stream, Labels metadata, Labels parsed, Labels labels) {}
