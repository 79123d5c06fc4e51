package sigyn.logql.stage;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import sigyn.logql.ast.Stage;

/// `| drop`, `| keep` and `| decolorize`.
final class LabelStages {
    private static final Pattern COLORS =
            Pattern.compile("[\\x1b\\x{9b}][\\[\\]()#;?]*(?:(?:(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?\\x07)"
                    + "|(?:(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-ntqry=><~]))");

    private LabelStages() {}

    private static boolean hits(Stage.Item item, Row row) {
        return item.matcher() == null || item.matcher().matches(row.valueOrEmpty(item.name()));
    }

    /// Removes labels by name, or where their values match.
    static RowStage drop(List<Stage.Item> items) {
        return row -> {
            for (var item : items) {
                if (hits(item, row)) {
                    row.remove(item.name());
                }
            }
            return true;
        };
    }

    /// Removes all other labels; error labels stay.
    static RowStage keep(List<Stage.Item> items) {
        var gone = new ArrayList<String>();
        return row -> {
            gone.clear();
            row.each((name, _) -> {
                if (name.equals(Row.ERROR) || name.equals(Row.ERROR_DETAILS)) {
                    return;
                }
                for (var item : items) {
                    if (item.name().equals(name) && hits(item, row)) {
                        return;
                    }
                }
                gone.add(name);
            });
            for (String name : gone) {
                row.remove(name);
            }
            return true;
        };
    }

    /// Takes terminal colours out of the line.
    static RowStage decolorize() {
        return row -> {
            boolean escape = false;
            for (int i = row.start(); i < row.start() + row.length() && !escape; i++) {
                escape = row.bytes()[i] == 0x1b || row.bytes()[i] == (byte) 0xc2;
            }
            if (escape) {
                row.setLine(COLORS.matcher(row.line()).replaceAll("").getBytes(StandardCharsets.UTF_8));
            }
            return true;
        };
    }
}
