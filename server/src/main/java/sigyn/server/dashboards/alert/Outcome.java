package sigyn.server.dashboards.alert;

import java.util.List;
import java.util.SortedMap;

/// What an evaluation of a rule came to.
sealed interface Outcome {
    /// @param real whether the query gave the series, not the memory of it
    record Result(SortedMap<String, String> series, SortedMap<String, Double> values, boolean firing, boolean real) {}

    record Results(List<Result> results) implements Outcome {
        public Results {
            results = List.copyOf(results);
        }
    }

    record NoData() implements Outcome {}

    record Failure(String message) implements Outcome {}

    /// The source cannot tell yet, because it has just started.
    record NotYet() implements Outcome {}
}
