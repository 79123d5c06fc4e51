package sigyn.logql.stage;

import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.ByteSizes;
import sigyn.logql.ast.Durations;
import sigyn.logql.ast.Unwrap;
import sigyn.logql.template.Conversions;
import sigyn.model.GoQuote;

/// `| unwrap bytes(size)`: the number of a line, out of one of its labels. The label stays; a grouping may ask for it.
/// For one thread.
public final class Unwrapper {
    private final String name;
    private final Unwrap.Conversion conversion;
    private final LabelFilterStage[] filters;
    private double value;

    public Unwrapper(Unwrap unwrap) {
        name = unwrap.name();
        conversion = unwrap.conversion();
        filters = unwrap.filters().stream().map(LabelFilterStage::new).toArray(LabelFilterStage[]::new);
    }

    /// Takes the number out; false when the row has none or a filter drops it. What is no number is an error of the
    /// row.
    public boolean process(Row row) {
        String text = row.get(name);
        if (text == null || text.isEmpty()) {
            return false;
        }
        value = 0;
        Double number = convert(row, text);
        if (number != null) {
            value = number;
        }
        for (var filter : filters) {
            if (!filter.process(row)) {
                return false;
            }
        }
        return true;
    }

    /// The number of the row that [#process] last took.
    public double value() {
        return value;
    }

    private @Nullable Double convert(Row row, String text) {
        String problem;
        try {
            switch (conversion) {
                case BYTES -> {
                    return (double) ByteSizes.parse(text);
                }
                case DURATION, DURATION_SECONDS -> {
                    return Durations.go(text) / 1e9;
                }
                case NONE -> {
                    Double number = Conversions.parseFloat(text);
                    if (number != null) {
                        return number;
                    }
                }
            }
            problem = "strconv.ParseFloat: parsing " + GoQuote.quote(text) + ": invalid syntax";
        } catch (IllegalArgumentException e) {
            problem = String.valueOf(e.getMessage());
        }
        row.setError("SampleExtractionErr", problem);
        return null;
    }
}
