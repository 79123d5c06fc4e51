package sigyn.logql.ast;

import java.util.List;

/// `by (a, b)` or `without (a, b)`.
public record Grouping(List<String> names, boolean without) {
    public Grouping {
        names = List.copyOf(names);
    }
}
