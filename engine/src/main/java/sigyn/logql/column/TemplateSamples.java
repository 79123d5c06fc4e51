package sigyn.logql.column;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.Grouping;
import sigyn.logql.ast.Unwrap;
import sigyn.model.Labels;
import sigyn.storage.port.TemplateRows;

/// The samples of a range function, taken from the columns of templates: filtered, grouped and unwrapped without a line
/// being put together. For one thread.
///
/// @param <S> what is known of a group
public final class TemplateSamples<S> {
    /// Combinations of codes up to which a group is found by its number.
    private static final int MAX_TABLE = 1 << 14;

    /// Where samples go.
    public interface Target<S> {
        /// The group of some label values; null for a label that is absent.
        S group(String[] names, @Nullable String[] values);

        /// The group of a stream's labels and metadata.
        S group(Labels stream, Labels metadata);

        /// False when a sample of this time counts for nothing.
        boolean wants(long time);

        void add(S group, long time, double value);
    }

    private final TemplatePipeline pipeline;
    private final StreamClasses classes;
    /// The labels to group by; null for all that streams and metadata have.
    private final String @Nullable [] by;

    private final @Nullable Unwrap unwrap;
    private final @Nullable Unwrapped unwrapped;
    private final boolean bytes;
    private final Target<S> target;

    private TemplateSamples(
            TemplatePipeline pipeline,
            String @Nullable [] by,
            @Nullable Unwrap unwrap,
            boolean bytes,
            Target<S> target) {
        this.pipeline = pipeline;
        this.classes = new StreamClasses(pipeline.wanted());
        this.by = by;
        this.unwrap = unwrap;
        this.unwrapped = unwrap == null ? null : new Unwrapped(unwrap);
        this.bytes = bytes;
        this.target = target;
    }

    /// True when all stages can run on columns and the groups are known without all labels of the lines.
    ///
    /// @param bytes as in [#of]: lines must be those that are stored
    public static boolean can(TemplatePipeline pipeline, @Nullable Grouping grouping, boolean bytes) {
        boolean byName = grouping != null && !grouping.without();
        return pipeline.isWhole()
                && !(bytes && pipeline.changesLine())
                && (byName || !pipeline.hasParser())
                && StreamClasses.names(pipeline.wanted()).size() <= StreamClasses.MAX_NAMES;
    }

    /// @param bytes the value of a sample is the length of its line, not 1; says nothing when unwrapped
    public static <S> TemplateSamples<S> of(
            TemplatePipeline pipeline,
            @Nullable Grouping grouping,
            @Nullable Unwrap unwrap,
            boolean bytes,
            Target<S> target) {
        String[] by =
                grouping == null || grouping.without() ? null : new TreeSet<>(grouping.names()).toArray(String[]::new);
        return new TemplateSamples<>(pipeline, by, unwrap, bytes, target);
    }

    /// Takes the samples of the rows and returns the rows that have to go through the stages.
    public int[] accept(TemplateRows rows) {
        var unsure = new RowList();
        int[] rest = rows.chosen();
        while (rest.length > 0) {
            int[] some = classes.ofFirst(rows, rest);
            take(rows, some, unsure);
            rest = StreamClasses.without(rest, some);
        }
        return unsure.sorted();
    }

    private void take(TemplateRows rows, int[] some, RowList unsure) {
        var fields = pipeline.fields(rows, some, classes.of(rows, some[0]));
        var groups = fields == null ? null : groups(fields);
        if (fields == null || groups == null) {
            unsure.addAll(some);
            return;
        }
        var test = pipeline.test(fields);
        var numbers = unwrap == null || unwrapped == null ? null : unwrapped.of(fields.values(unwrap.name()));
        ColumnTest[] filters = unwrap == null
                ? new ColumnTest[0]
                : unwrap.filters().stream()
                        .map(f -> ColumnTest.of(f, fields::values, pipeline.questions()))
                        .toArray(ColumnTest[]::new);
        for (int k : some) {
            byte said = test == null ? ColumnTest.PASSES : test.of(k);
            if (said == ColumnTest.FAILS) {
                continue;
            }
            long time = rows.time(k);
            if (said == ColumnTest.UNSURE) {
                unsure.add(k);
            } else if (target.wants(time)) {
                double value = 1;
                if (numbers != null && unwrapped != null) {
                    said = numbers.take(k);
                    value = unwrapped.value();
                    for (int f = 0; f < filters.length && said == ColumnTest.PASSES; f++) {
                        said = filters[f].of(k);
                    }
                } else if (bytes) {
                    value = rows.lineLength(k);
                }
                if (said == ColumnTest.PASSES) {
                    target.add(groups.of(k), time, value);
                } else if (said == ColumnTest.UNSURE) {
                    unsure.add(k);
                }
            }
        }
    }

    private @Nullable Groups groups(Fields fields) {
        var rows = fields.rows();
        var values = new ArrayList<Values>();
        if (by != null) {
            for (String name : by) {
                values.add(fields.values(name));
            }
            return new Groups(rows, List.of(), values);
        }
        var keys = rows.metadataKeys();
        if (keys == null) {
            return null;
        }
        for (String key : keys) {
            var of = rows.metadata(key);
            if (of == null) {
                return null;
            }
            values.add(RowContext.coded(of));
        }
        return new Groups(rows, keys, values);
    }

    /// The groups of a template's rows: found by the codes of their labels, where there are few.
    private final class Groups {
        private final TemplateRows rows;
        private final List<String> keys;
        private final List<Values> values;
        private final @Nullable Object @Nullable [] table;

        Groups(TemplateRows rows, List<String> keys, List<Values> values) {
            this.rows = rows;
            this.keys = keys;
            this.values = values;
            long size = by == null ? rows.streams().size() : 1;
            for (var of : values) {
                size = Math.min(MAX_TABLE + 1, size * codes(of));
            }
            table = size <= MAX_TABLE ? new Object[(int) size] : null;
        }

        private long codes(Values of) {
            return switch (of) {
                case Values.Coded coded -> coded.texts().length;
                case RowContext.OfStream(var streams, var _) ->
                    streams.streams().size();
                case Values.Numbers _, Values.Composed _ -> MAX_TABLE + 1;
            };
        }

        @SuppressWarnings("unchecked")
        S of(int k) {
            if (table == null) {
                return make(k);
            }
            int code = by == null ? rows.stream(k) : 0;
            for (int i = 0; i < values.size(); i++) {
                code = switch (values.get(i)) {
                    case Values.Coded coded -> code * coded.texts().length + coded.code(k);
                    case RowContext.OfStream(var streams, var _) ->
                        code * streams.streams().size() + rows.stream(k);
                    case Values.Numbers _, Values.Composed _ -> code;
                };
            }
            Object known = table[code];
            if (known == null) {
                known = make(k);
                table[code] = known;
            }
            return (S) known;
        }

        private S make(int k) {
            if (by != null) {
                var texts = new @Nullable String[values.size()];
                for (int i = 0; i < texts.length; i++) {
                    texts[i] = values.get(i).text(k);
                }
                return target.group(by, texts);
            }
            var metadata = new TreeMap<String, String>();
            for (int i = 0; i < keys.size(); i++) {
                String value = values.get(i).text(k);
                if (value != null) {
                    metadata.put(keys.get(i), value);
                }
            }
            return target.group(rows.streams().get(rows.stream(k)), Labels.of(metadata));
        }
    }
}
