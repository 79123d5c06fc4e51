package sigyn.logql.ast;

/// Functions over the series of one step.
public enum VectorOp {
    SUM("sum"),
    AVG("avg"),
    MIN("min"),
    MAX("max"),
    COUNT("count"),
    STDDEV("stddev"),
    STDVAR("stdvar"),
    TOPK("topk"),
    BOTTOMK("bottomk"),
    APPROX_TOPK("approx_topk"),
    SORT("sort"),
    SORT_DESC("sort_desc");

    private final String text;

    VectorOp(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    public boolean takesParameter() {
        return this == TOPK || this == BOTTOMK || this == APPROX_TOPK;
    }
}
