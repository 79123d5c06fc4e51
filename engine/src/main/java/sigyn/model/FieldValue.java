package sigyn.model;

import java.util.function.Predicate;

/// A condition on a field that a parser takes from the line: only rows in which it has one value are wanted. A hint:
/// storage may leave out rows of which it is certain.
///
/// A row cannot meet it when its stream has no label `name`, none of its metadata keys is `carriedBy`, and its line
/// passes neither `shows` nor `hides`.
///
/// @param shows the value as it is written as a rule
/// @param hides other ways in which a line may hold it
public record FieldValue(String name, Predicate<String> carriedBy, LinePredicate shows, LinePredicate hides) {}
