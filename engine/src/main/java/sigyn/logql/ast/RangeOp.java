package sigyn.logql.ast;

/// Functions of the lines of a time window.
public enum RangeOp {
    RATE("rate"),
    RATE_COUNTER("rate_counter"),
    COUNT("count_over_time"),
    BYTES("bytes_over_time"),
    BYTES_RATE("bytes_rate"),
    SUM("sum_over_time"),
    AVG("avg_over_time"),
    MIN("min_over_time"),
    MAX("max_over_time"),
    FIRST("first_over_time"),
    LAST("last_over_time"),
    STDDEV("stddev_over_time"),
    STDVAR("stdvar_over_time"),
    QUANTILE("quantile_over_time"),
    ABSENT("absent_over_time");

    private final String text;

    RangeOp(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
