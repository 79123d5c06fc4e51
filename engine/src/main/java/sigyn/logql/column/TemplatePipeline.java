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
import sigyn.logql.ast.LabelFilter;
import sigyn.logql.ast.Stage;
import sigyn.logql.stage.Needs;
import sigyn.logql.stage.Pipeline;
import sigyn.logql.stage.Row;
import sigyn.model.Labels;
import sigyn.storage.port.TemplateRows;

/// The stages of a query as far as they can run on columns: `json` and `logfmt` in all their forms, and label filters.
///
/// A parser reads one [SampleLine] for all lines of a template; the values it takes out hold [Marker]s, which say of
/// which variables each value is made. That holds for every line as long as variables have no byte that means something
/// to the parser, as long as no label name depends on a variable, and as long as the sample parses without an error; in
/// all other cases there is no [Fields] for the template. For one thread.
public final class TemplatePipeline {
    private static final int MAX_KNOWN = 20_000;

    private final List<Stage> stages;
    private final boolean whole;
    private final boolean logfmt;
    private final Set<String> wanted;
    private final List<Pipeline> parsers = new ArrayList<>();
    private final Row row = new Row();
    private final Row everything = new Row();
    private final ColumnTest.Questions questions = new ColumnTest.Questions(new Row());
    private final Map<Shape, Optional<List<Map<String, String>>>> known = new HashMap<>();

    /// What decides how parsers see a template.
    private record Shape(String sample, long streamNames, Set<String> metadataNames) {}

    private TemplatePipeline(List<Stage> stages, boolean whole, Set<String> wanted) {
        this.stages = List.copyOf(stages);
        this.whole = whole;
        this.wanted = wanted;
        boolean reads = false;
        for (var stage : stages) {
            if (!(stage instanceof Stage.Filter)) {
                parsers.add(Pipeline.compile(List.of(stage), Needs.ALL));
                parsers.add(Pipeline.compile(List.of(whole(stage)), Needs.ALL));
                reads |= stage instanceof Stage.Logfmt;
            }
        }
        logfmt = reads;
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
                case Stage.Json _, Stage.Logfmt _ -> {}
                default -> {
                    return new TemplatePipeline(mine, false, wanted);
                }
            }
            mine.add(stage);
        }
        return new TemplatePipeline(mine, true, wanted);
    }

    /// The parser without its list of fields: it shows every name that a line has.
    private static Stage whole(Stage parser) {
        return switch (parser) {
            case Stage.Json json -> new Stage.Json(List.of(), json.span());
            case Stage.Logfmt pairs -> new Stage.Logfmt(false, true, List.of(), pairs.span());
            default -> throw new IllegalArgumentException("no parser for columns: " + parser);
        };
    }

    /// True when no stage is left out.
    public boolean isWhole() {
        return whole;
    }

    public boolean hasParser() {
        return !parsers.isEmpty();
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
        var shape = new Shape(
                new String(sample.bytes(), StandardCharsets.ISO_8859_1), streamNames, context.metadataNames());
        var parsed = known.get(shape);
        if (parsed == null) {
            parsed = Optional.ofNullable(parse(sample, context.sampleStream(), context.sampleMetadata()));
            if (known.size() < MAX_KNOWN) {
                known.put(shape, parsed);
            }
        }
        return parsed.isEmpty() ? null : new Fields(rows, context, sample.forms(), parsed.get(), row.texts());
    }

    /// The wanted labels that parsers made, with their marked values, before the first parser and after each.
    private @Nullable List<Map<String, String>> parse(SampleLine sample, Labels stream, Labels metadata) {
        var after = new ArrayList<Map<String, String>>();
        after.add(Map.of());
        row.reset(0, sample.bytes(), 0, sample.bytes().length, stream, metadata);
        everything.reset(0, sample.bytes(), 0, sample.bytes().length, stream, metadata);
        for (int i = 0; i < parsers.size(); i += 2) {
            if (!parsers.get(i).process(row) || !parsers.get(i + 1).process(everything)) {
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

    /// A filter that stands before the parser which makes its label is asked by that parser too.
    private @Nullable ColumnTest early(LabelFilter filter, Fields fields, int now) {
        var names = new HashSet<String>();
        Pipeline.named(filter, names);
        int made = fields.madeBy(names.iterator().next());
        return made <= now ? null : ColumnTest.of(filter, name -> fields.values(name, made), questions);
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
