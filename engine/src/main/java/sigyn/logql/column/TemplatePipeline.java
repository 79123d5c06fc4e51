package sigyn.logql.column;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sigyn.codec.LineShape;
import sigyn.logql.ast.LabelFilter;
import sigyn.logql.ast.Stage;
import sigyn.logql.stage.CaptureStage;
import sigyn.logql.stage.Needs;
import sigyn.logql.stage.Pipeline;
import sigyn.logql.stage.Row;
import sigyn.model.Labels;
import sigyn.storage.port.TemplateRows;

/// The stages of a query as far as they can run on columns: all parsers, and label filters.
///
/// A parser reads one [SampleLine] for all lines of a template; the values it takes out hold [Marker]s, which say of
/// which variables each value is made. That holds for every line as long as variables have no byte that means something
/// to the parser, as long as no label name depends on a variable, and as long as the sample parses without an error; in
/// all other cases there is no [Fields] for the template. What `regexp` and `pattern` look for is not known beforehand:
/// they find their pieces in the [LineShape] of the sample. For one thread.
public final class TemplatePipeline {
    private static final int MAX_KNOWN = 20_000;
    /// Rows for which it is not worth finding pieces in a shape: as lines they are read as fast.
    private static final int FEW = 24;

    private final List<Stage> stages;
    private final boolean whole;
    private final boolean logfmt;
    private final boolean captures;
    private final Set<String> wanted;
    private final List<Parser> parsers = new ArrayList<>();
    private final Row row = new Row();
    private final Row everything = new Row();
    private final ColumnTest.Questions questions = new ColumnTest.Questions(new Row());
    private final Map<Shape, Optional<List<Map<String, String>>>> known = new HashMap<>();

    /// What decides how parsers see a template.
    private record Shape(
            String sample, List<LineShape.Variable> variables, long streamNames, Set<String> metadataNames) {}

    /// @param everything shows every name that a line has
    /// @param captures for a parser that finds its pieces in shapes
    private record Parser(
            Stage stage,
            Pipeline wanted,
            Pipeline everything,
            @Nullable CaptureStage captures) {
        static Parser of(Stage stage) {
            var wanted = Pipeline.compile(List.of(stage), Needs.ALL);
            return new Parser(stage, wanted, Pipeline.compile(whole(stage), Needs.ALL), CaptureStage.of(stage));
        }

        /// The stages that show every name of a parser's line; they leave the same line behind.
        private static List<Stage> whole(Stage parser) {
            return switch (parser) {
                case Stage.Json json -> List.of(new Stage.Json(List.of(), json.span()));
                case Stage.Logfmt pairs -> List.of(new Stage.Logfmt(false, true, List.of(), pairs.span()));
                case Stage.Unpack unpack -> List.of(new Stage.Json(List.of(), unpack.span()), unpack);
                default -> List.of(parser);
            };
        }

        /// True when a filter of a label that it makes is asked within the parser, wherever the filter stands.
        boolean asksEarly() {
            return stage instanceof Stage.Json json && json.extractions().isEmpty()
                    || stage instanceof Stage.Logfmt logfmt
                            && logfmt.extractions().isEmpty();
        }
    }

    private TemplatePipeline(List<Stage> stages, boolean whole, Set<String> wanted) {
        this.stages = List.copyOf(stages);
        this.whole = whole;
        this.wanted = wanted;
        for (var stage : stages) {
            if (!(stage instanceof Stage.Filter)) {
                parsers.add(Parser.of(stage));
            }
        }
        logfmt = parsers.stream().anyMatch(p -> p.stage instanceof Stage.Logfmt);
        captures = parsers.stream().anyMatch(p -> p.captures != null);
    }

    /// The first stages of a query, as far as columns can answer them.
    ///
    /// @param names labels that will be asked for, besides those of filters
    public static TemplatePipeline of(List<Stage> stages, Set<String> names) {
        var mine = new ArrayList<Stage>();
        var wanted = new HashSet<>(names);
        for (var stage : stages) {
            switch (stage) {
                case Stage.Filter filter -> Pipeline.named(filter.filter(), wanted);
                case Stage.Json _, Stage.Logfmt _, Stage.Regexp _, Stage.Pattern _, Stage.Unpack _ -> {}
                default -> {
                    return new TemplatePipeline(mine, false, wanted);
                }
            }
            mine.add(stage);
        }
        return new TemplatePipeline(mine, true, wanted);
    }

    /// True when no stage is left out.
    public boolean isWhole() {
        return whole;
    }

    public boolean hasParser() {
        return !parsers.isEmpty();
    }

    /// True when the line behind the stages is another one.
    public boolean changesLine() {
        return parsers.stream().anyMatch(p -> p.stage instanceof Stage.Unpack);
    }

    /// True when some rows can be told from others.
    public boolean hasFilter() {
        return stages.stream().anyMatch(Stage.Filter.class::isInstance);
    }

    /// What the rows of a template have for labels; null when the stages have to look at each line. All of `chosen` are
    /// of streams with the same names among those wanted.
    ///
    /// @param streamNames a number that is equal for streams of equal such names
    @Nullable
    Fields fields(TemplateRows rows, int[] chosen, long streamNames) {
        var context = RowContext.of(rows, chosen, wanted, hasParser());
        if (context == null) {
            return null;
        }
        var sample = parsers.isEmpty() ? new SampleLine(new byte[0], new Marker.Form[0]) : SampleLine.of(rows, logfmt);
        if (sample == null) {
            return null;
        }
        List<LineShape.Variable> variables = captures ? variables(rows) : List.of();
        var shape = new Shape(
                new String(sample.bytes(), StandardCharsets.ISO_8859_1),
                variables,
                streamNames,
                context.metadataNames());
        var parsed = known.get(shape);
        if (parsed == null) {
            if (captures && chosen.length < FEW) {
                return null;
            }
            parsed = Optional.ofNullable(parse(sample, variables, context.sampleStream(), context.sampleMetadata()));
            if (known.size() < MAX_KNOWN) {
                known.put(shape, parsed);
            }
        }
        return parsed.isEmpty() ? null : new Fields(rows, context, sample.forms(), parsed.get(), row.texts());
    }

    /// The wanted labels that parsers made, with their marked values, before the first parser and after each.
    private @Nullable List<Map<String, String>> parse(
            SampleLine sample, List<LineShape.Variable> variables, Labels stream, Labels metadata) {
        var after = new ArrayList<Map<String, String>>();
        after.add(Map.of());
        row.reset(0, sample.bytes(), 0, sample.bytes().length, stream, metadata);
        everything.reset(0, sample.bytes(), 0, sample.bytes().length, stream, metadata);
        for (var parser : parsers) {
            if (parser.captures != null) {
                if (!capture(parser.captures, sample, variables)) {
                    return null;
                }
            } else if (!parser.wanted.process(row) || !parser.everything.process(everything)) {
                return null;
            }
            if (row.hasError() || everything.hasError()) {
                return null;
            }
            var made = new HashMap<String, String>();
            for (String name : wanted) {
                if (row.isParsed(name)) {
                    String value = row.valueOrEmpty(name);
                    boolean surrogates = value.chars().anyMatch(c -> Character.isSurrogate((char) c));
                    if (surrogates || Marker.parts(value, sample.forms()) == null) {
                        return null;
                    }
                    made.put(name, value);
                }
            }
            after.add(made);
        }
        boolean[] variableName = {false};
        everything.each((name, _) -> variableName[0] |= name.contains(Marker.SIGN));
        row.each((name, _) -> variableName[0] |= name.contains(Marker.SIGN));
        return variableName[0] ? null : after;
    }

    /// Takes the same pieces out of the sample as are in each line; false when lines differ.
    private boolean capture(CaptureStage stage, SampleLine sample, List<LineShape.Variable> variables) {
        byte[] line = row.lineBytes();
        var shape = Marker.shape(line, sample.forms(), variables);
        int[] places = shape == null ? null : stage.pieces(shape);
        if (shape == null || places == null) {
            return false;
        }
        int[] offsets = Marker.offsets(shape, sample.forms());
        int[] pieces = new int[places.length];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = places[i] < 0 ? -1 : offsets[places[i]];
        }
        row.setLine(line);
        stage.take(row, pieces);
        everything.setLine(line);
        stage.take(everything, pieces);
        return true;
    }

    private static List<LineShape.Variable> variables(TemplateRows rows) {
        var variables = new ArrayList<LineShape.Variable>();
        for (int v = 0; v < rows.variables(); v++) {
            long[] bytes = rows.bytes(v);
            variables.add(new LineShape.Variable(bytes[0], bytes[1], rows.minLength(v), rows.maxLength(v)));
        }
        return variables;
    }

    /// The filters as a test on the rows of a template, those that parsers ask early included; null when nothing is to
    /// be tested.
    @Nullable
    ColumnTest test(Fields fields) {
        ColumnTest test = null;
        int parsed = 0;
        for (var stage : stages) {
            if (!(stage instanceof Stage.Filter(LabelFilter filter, var _))) {
                parsed++;
                continue;
            }
            int now = parsed;
            test = and(test, ColumnTest.of(filter, name -> fields.values(name, now), questions));
            if (!(filter instanceof LabelFilter.And) && !(filter instanceof LabelFilter.Or)) {
                test = and(test, early(filter, fields, now));
            }
        }
        return test;
    }

    /// A filter that stands before the parser which makes its label is asked by that parser too, as a rule.
    private @Nullable ColumnTest early(LabelFilter filter, Fields fields, int now) {
        var names = new HashSet<String>();
        Pipeline.named(filter, names);
        int made = fields.madeBy(names.iterator().next());
        return made <= now || !parsers.get(made - 1).asksEarly()
                ? null
                : ColumnTest.of(filter, name -> fields.values(name, made), questions);
    }

    private static @Nullable ColumnTest and(@Nullable ColumnTest first, @Nullable ColumnTest second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return k -> {
            byte one = first.of(k);
            return one == ColumnTest.PASSES ? second.of(k) : one;
        };
    }

    ColumnTest.Questions questions() {
        return questions;
    }

    List<Stage> stages() {
        return stages;
    }

    Set<String> wanted() {
        return wanted;
    }
}
