package sigyn.logql.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.model.LabelMatcher;

/// One step of a log pipeline.
public sealed interface Stage {
    Span span();

    /// `|= "a" or ip("10.0.0.0/8")`: lines that hold one of the values; negated, none of them.
    record LineFilter(LineOp op, List<Needle> needles, Span span) implements Stage {
        public LineFilter {
            needles = List.copyOf(needles);
        }
    }

    /// What a line filter looks for: a text, a regular expression or a pattern as the operator says, or an address
    /// range.
    record Needle(String text, boolean isIp) {}

    enum LineOp {
        CONTAINS("|=", false),
        NOT_CONTAINS("!=", true),
        REGEX("|~", false),
        NOT_REGEX("!~", true),
        PATTERN("|>", false),
        NOT_PATTERN("!>", true);

        private final String text;
        private final boolean negated;

        LineOp(String text, boolean negated) {
            this.text = text;
            this.negated = negated;
        }

        public String text() {
            return text;
        }

        public boolean negated() {
            return negated;
        }
    }

    /// `name="expression"`: a label and where its value comes from.
    record Extraction(String name, String expression) {}

    /// `| json`, or with extractions only those.
    record Json(List<Extraction> extractions, Span span) implements Stage {
        public Json {
            extractions = List.copyOf(extractions);
        }
    }

    record Logfmt(boolean strict, boolean keepEmpty, List<Extraction> extractions, Span span) implements Stage {
        public Logfmt {
            extractions = List.copyOf(extractions);
        }
    }

    record Regexp(String regex, Span span) implements Stage {}

    record Pattern(String pattern, Span span) implements Stage {}

    record Unpack(Span span) implements Stage {}

    record Filter(LabelFilter filter, Span span) implements Stage {}

    record LineFormat(String template, Span span) implements Stage {}

    record LabelFormat(List<Assignment> assignments, Span span) implements Stage {
        public LabelFormat {
            assignments = List.copyOf(assignments);
        }
    }

    /// `name=other` renames, `name="template"` sets.
    record Assignment(String name, String value, boolean rename) {}

    record Decolorize(Span span) implements Stage {}

    record Drop(List<Item> items, Span span) implements Stage {
        public Drop {
            items = List.copyOf(items);
        }
    }

    record Keep(List<Item> items, Span span) implements Stage {
        public Keep {
            items = List.copyOf(items);
        }
    }

    /// A label by name, or only where its value matches.
    record Item(String name, @Nullable LabelMatcher matcher) {}

    /// `| distinct a, b` (an extension): only the first line of each combination of these labels' values.
    record Distinct(List<String> names, Span span) implements Stage {
        public Distinct {
            names = List.copyOf(names);
        }
    }

    /// `| sort by field desc` (an extension): lines ordered by a label's value, numbers by size.
    record Sort(String name, boolean descending, Span span) implements Stage {}

    /// `| context before after` (an extension): the neighbours of each line in its own stream too.
    record Context(int before, int after, Span span) implements Stage {}
}
