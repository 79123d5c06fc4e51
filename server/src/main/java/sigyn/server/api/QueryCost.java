package sigyn.server.api;

import sigyn.logql.LogQl;
import sigyn.logql.ast.Expr;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.exec.QueryStats;
import sigyn.model.SigynException;
import sigyn.server.http.Request;

/// What kind of query a request is, and what it cost once it is answered: for those who count.
final class QueryCost {
    final String type;
    private volatile QueryStats stats = QueryStats.NONE;

    private QueryCost(String type) {
        this.type = type;
    }

    /// Takes note of a query that begins.
    static QueryCost begin(Request request, String query) {
        var cost = new QueryCost(type(query));
        request.attribute(QueryCost.class, cost);
        return cost;
    }

    void came(QueryStats to) {
        stats = to;
    }

    QueryStats stats() {
        return stats;
    }

    /// Loki's words: lines of a bare selector are `limited`. A query that cannot be read is none.
    private static String type(String query) {
        try {
            Expr expr = LogQl.parse(query);
            return !(expr instanceof LogExpr log) ? "metric" : log.isSelector() ? "limited" : "filter";
        } catch (SigynException e) {
            return "";
        }
    }
}
