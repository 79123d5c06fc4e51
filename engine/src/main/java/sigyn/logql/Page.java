package sigyn.logql;

import org.jspecify.annotations.Nullable;
import sigyn.logql.exec.QueryResult;

/// Some of the lines of a query, and the token that asks for those after them; null when there are no more.
public record Page(QueryResult.Streams lines, @Nullable String next) {}
