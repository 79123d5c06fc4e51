package sigyn.logql.ast;

/// Operators between two metrics, weakest binding first by [#precedence()].
public enum BinaryOp {
    OR("or", 1),
    AND("and", 2),
    UNLESS("unless", 2),
    EQUAL("==", 3),
    NOT_EQUAL("!=", 3),
    GREATER(">", 3),
    GREATER_OR_EQUAL(">=", 3),
    LESS("<", 3),
    LESS_OR_EQUAL("<=", 3),
    ADD("+", 4),
    SUB("-", 4),
    MUL("*", 5),
    DIV("/", 5),
    MOD("%", 5),
    POW("^", 6);

    private final String text;
    private final int precedence;

    BinaryOp(String text, int precedence) {
        this.text = text;
        this.precedence = precedence;
    }

    public String text() {
        return text;
    }

    public int precedence() {
        return precedence;
    }

    public boolean isSet() {
        return precedence <= 2;
    }

    public boolean isComparison() {
        return precedence == 3;
    }

    /// The result of arithmetic; of a comparison 1 or 0.
    public double apply(double left, double right) {
        return switch (this) {
            case ADD -> left + right;
            case SUB -> left - right;
            case MUL -> left * right;
            case DIV -> right == 0 ? Double.NaN : left / right;
            case MOD -> right == 0 ? Double.NaN : left % right;
            case POW -> Math.pow(left, right);
            case EQUAL -> left == right ? 1 : 0;
            case NOT_EQUAL -> left != right ? 1 : 0;
            case GREATER -> left > right ? 1 : 0;
            case GREATER_OR_EQUAL -> left >= right ? 1 : 0;
            case LESS -> left < right ? 1 : 0;
            case LESS_OR_EQUAL -> left <= right ? 1 : 0;
            case OR, AND, UNLESS -> throw new AssertionError(text + " works on sets");
        };
    }
}
