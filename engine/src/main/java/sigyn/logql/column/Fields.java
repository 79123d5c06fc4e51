package sigyn.logql.column;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import sigyn.logql.stage.Texts;
import sigyn.storage.port.TemplateRows;

/// The labels of the rows of one template, by the time they have: after none, one or more of the parsers.
final class Fields {
    private final TemplateRows rows;
    private final RowContext context;
    private final Marker.Form[] forms;
    private final List<Map<String, String>> parsed;
    private final Texts texts;

    Fields(TemplateRows rows, RowContext context, Marker.Form[] forms, List<Map<String, String>> parsed, Texts texts) {
        this.rows = rows;
        this.context = context;
        this.forms = forms;
        this.parsed = parsed;
        this.texts = texts;
    }

    TemplateRows rows() {
        return rows;
    }

    /// The number of the first parser that makes a label, from 1; 0 when none does.
    int madeBy(String name) {
        for (int i = 1; i < parsed.size(); i++) {
            if (parsed.get(i).containsKey(name)) {
                return i;
            }
        }
        return 0;
    }

    /// The values of a label once so many parsers have run.
    Values values(String name, int parsers) {
        String marked = parsed.get(parsers).get(name);
        if (marked == null) {
            return context.values(name);
        }
        var parts = Marker.parts(marked, forms);
        return Values.of(rows, texts, Objects.requireNonNull(parts, "a marker in pieces"));
    }

    /// The values of a label behind the last parser.
    Values values(String name) {
        return values(name, parsed.size() - 1);
    }
}
