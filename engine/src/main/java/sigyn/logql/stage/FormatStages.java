package sigyn.logql.stage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.Stage;
import sigyn.logql.template.GoStrings;
import sigyn.logql.template.LabelMap;
import sigyn.logql.template.Template;
import sigyn.logql.template.TemplateException;
import sigyn.model.SigynException;

/// `| line_format` and `| label_format`: lines and labels from templates. A fault leaves the line as it is, with an
/// error.
final class FormatStages {
    private static final String KIND = "TemplateFormatErr";

    private FormatStages() {}

    private static LabelMap labels(Row row) {
        var map = new TreeMap<String, String>();
        row.each(map::put);
        return new LabelMap(map);
    }

    static final class Line implements RowStage {
        private final Template template;

        Line(String text) {
            try {
                template = Template.parse("line", text);
            } catch (TemplateException e) {
                throw SigynException.badRequest("invalid line template: " + e.getMessage());
            }
        }

        @Override
        public boolean process(Row row) {
            try {
                row.setLine(GoStrings.bytes(template.run(labels(row), row.line(), row.time())));
            } catch (TemplateException e) {
                row.setError(KIND, String.valueOf(e.getMessage()));
            }
            return true;
        }
    }

    static final class Label implements RowStage {
        private record Assignment(
                String name, String from, @Nullable Template template) {}

        private final List<Assignment> assignments = new ArrayList<>();

        Label(List<Stage.Assignment> parsed) {
            var seen = new HashSet<String>();
            for (var assignment : parsed) {
                String name = assignment.name().intern();
                if (name.equals(Row.ERROR) || name.equals(Row.ERROR_DETAILS)) {
                    throw SigynException.badRequest(name + " cannot be formatted");
                }
                if (!seen.add(name)) {
                    throw SigynException.badRequest(
                            "multiple label name '" + name + "' not allowed in a single format operation");
                }
                assignments.add(new Assignment(
                        name, assignment.value(), assignment.rename() ? null : template(name, assignment.value())));
            }
        }

        private static Template template(String name, String text) {
            try {
                return Template.parse("label", text);
            } catch (TemplateException e) {
                throw SigynException.badRequest("invalid template for label '" + name + "': " + e.getMessage());
            }
        }

        @Override
        public boolean process(Row row) {
            LabelMap labels = null;
            for (var assignment : assignments) {
                if (assignment.template == null) {
                    row.rename(assignment.from, assignment.name);
                    continue;
                }
                if (labels == null) {
                    labels = labels(row);
                }
                try {
                    String value = assignment.template.run(labels, row.line(), row.time());
                    row.set(assignment.name, value);
                } catch (TemplateException e) {
                    row.setError(KIND, String.valueOf(e.getMessage()));
                }
            }
            return true;
        }
    }
}
