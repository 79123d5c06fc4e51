package sigyn.logql.stage;

import org.jspecify.annotations.Nullable;
import sigyn.codec.LineShape;
import sigyn.logql.ast.Stage;

/// Parsers whose labels are pieces of the line: `regexp` and `pattern`. What they take from one line they also find in
/// many lines of one shape at once.
public abstract sealed class CaptureStage implements RowStage permits RegexpStage, PatternStage {
    /// No piece at all.
    protected static final int[] NOTHING = {};

    private final String[] names;
    private final Needs needs;

    /// @param names of the labels; empty for a piece that becomes none
    protected CaptureStage(String[] names, Needs needs) {
        this.names = names;
        this.needs = needs;
    }

    /// The stage that finds the labels of a parser that is a capture stage; null for others.
    public static @Nullable CaptureStage of(Stage parser) {
        return switch (parser) {
            case Stage.Regexp regexp -> new RegexpStage(regexp.regex(), Needs.ALL);
            case Stage.Pattern pattern -> new PatternStage(pattern.pattern(), Needs.ALL);
            case Stage.LineFilter _,
                    Stage.Json _,
                    Stage.Logfmt _,
                    Stage.Unpack _,
                    Stage.LineFormat _,
                    Stage.LabelFormat _,
                    Stage.Decolorize _,
                    Stage.Context _,
                    Stage.Filter _,
                    Stage.Drop _,
                    Stage.Keep _,
                    Stage.Distinct _,
                    Stage.Sort _ -> null;
        };
    }

    /// Where each piece begins and ends in `b[from, to)`; a piece that begins at -1 becomes no label.
    abstract int[] pieces(byte[] b, int from, int to);

    /// The same as places in a shape; null when it is not the same for all lines.
    public abstract int @Nullable [] pieces(LineShape shape);

    @Override
    public final boolean process(Row row) {
        if (!needs.nothing()) {
            take(row, pieces(row.bytes(), row.start(), row.start() + row.length()));
        }
        return true;
    }

    /// Makes labels of pieces of the row's line.
    public final void take(Row row, int[] pieces) {
        for (int i = 0; i * 2 < pieces.length; i++) {
            int start = pieces[i * 2];
            if (start < 0 || names[i].isEmpty()) {
                continue;
            }
            String name = row.extractedName(names[i]);
            if (needs.wants(name) && !row.isParsed(name)) {
                row.set(name, row.texts().text(row.bytes(), start, pieces[i * 2 + 1] - start));
                row.countExtracted();
            }
        }
    }
}
