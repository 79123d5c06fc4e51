package sigyn.logql.ast;

import java.util.List;

/// `| unwrap duration(took) | took > 0`: the label that holds each line's number, and filters after it.
public record Unwrap(String name, Conversion conversion, List<LabelFilter> filters) {
    public Unwrap {
        filters = List.copyOf(filters);
    }

    public enum Conversion {
        NONE(""),
        BYTES("bytes"),
        DURATION("duration"),
        DURATION_SECONDS("duration_seconds");

        private final String text;

        Conversion(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
