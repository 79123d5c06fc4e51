package sigyn.server.api;

import sigyn.logql.LogQl;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.Printer;
import sigyn.logql.ast.Stage;
import sigyn.model.SigynException;

/// A query without the texts that it looks for in lines: its selector and operators, `***` for each text. The outline
/// of an outline is itself.
final class Outline {
    private static final String HIDDEN = "***";

    private Outline() {}

    static String of(String query) {
        if (query.replaceAll("\\s", "").equals("{}")) {
            return query;
        }
        try {
            var log = LogQl.parseLog(query);
            var stages = log.stages().stream().map(Outline::of).toList();
            return Printer.print(new LogExpr(log.matchers(), stages, log.span()));
        } catch (SigynException _) {
            return HIDDEN;
        }
    }

    private static Stage of(Stage stage) {
        return stage instanceof Stage.LineFilter(var op, var needles, var span)
                ? new Stage.LineFilter(
                        op,
                        needles.stream()
                                .map(needle -> new Stage.Needle(HIDDEN, needle.isIp()))
                                .toList(),
                        span)
                : stage;
    }
}
