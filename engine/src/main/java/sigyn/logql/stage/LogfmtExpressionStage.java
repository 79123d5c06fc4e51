package sigyn.logql.stage;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.Stage;
import sigyn.model.SigynException;

/// `| logfmt a="key"`: the named keys only. Every target is emptied first and then filled in the order of the line, so
/// that the last hit wins; a key named like a target hits too. The second hit of a target that clashes with a label of
/// the stream or with metadata ends the reading, as in Loki.
final class LogfmtExpressionStage implements RowStage {
    private final boolean strict;
    private final Needs needs;
    private final Map<String, String> targetOfKey = new HashMap<>();
    private final Map<String, String> targets = new LinkedHashMap<>();
    private final LogfmtScanner scanner = new LogfmtScanner();
    private @Nullable FieldNames names;

    LogfmtExpressionStage(boolean strict, List<Stage.Extraction> extractions, Needs needs) {
        this.needs = needs;
        this.strict = strict;
        for (var extraction : extractions) {
            String name = extraction.name().intern();
            targetOfKey.put(key(extraction.expression()), name);
            targets.put(name, name);
        }
    }

    /// One key, bare or in quotes.
    private static String key(String expression) {
        String text = expression.strip();
        if (text.isEmpty()) {
            throw bad(expression, "syntax error: unexpected $end, expecting STRING or KEY");
        }
        if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
            return text.substring(1, text.length() - 1);
        }
        if (text.startsWith("\"")) {
            return text;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean blank = Character.isWhitespace(c);
            if (blank) {
                throw bad(expression, "syntax error: unexpected KEY");
            }
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
            if (i == 0 && !letter && (c >= 128 || Character.isDigit(c))) {
                throw bad(expression, "syntax error: unexpected $end, expecting STRING or KEY");
            }
            if (!letter && !Character.isDigit(c)) {
                throw bad(expression, "unexpected char " + c);
            }
        }
        return text;
    }

    private static SigynException bad(String expression, String message) {
        return SigynException.badRequest("cannot parse expression [" + expression + "]: " + message);
    }

    @Override
    public boolean process(Row row) {
        if (needs.nothing()) {
            return true;
        }
        if (names == null) {
            names = new FieldNames(row.texts());
        }
        for (String target : targets.keySet()) {
            if (row.get(target) == null || row.isParsed(target)) {
                row.set(target, "");
            }
        }
        scanner.start(row.bytes(), row.start(), row.length());
        while (true) {
            switch (scanner.next()) {
                case END -> {
                    return true;
                }
                case BROKEN -> {
                    if (strict) {
                        row.setError("LogfmtParserErr", scanner.problem());
                        return true;
                    }
                }
                case PAIR -> {
                    String key = names.name(row.bytes(), scanner.keyStart(), scanner.keyLength(), true);
                    String target = targetOfKey.get(key);
                    if (target == null) {
                        target = targets.get(key);
                    }
                    if (target == null) {
                        continue;
                    }
                    String name = row.extractedName(target);
                    if (!name.equals(target) && row.isParsed(name)) {
                        return true;
                    }
                    row.set(name, scanner.value(row.texts()));
                }
            }
        }
    }
}
