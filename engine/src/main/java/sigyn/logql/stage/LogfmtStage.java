package sigyn.logql.stage;

import org.jspecify.annotations.Nullable;

/// `| logfmt`: every pair becomes a label; the first of a name wins. Broken pairs are passed over; strict, the first
/// one ends the reading with an error.
final class LogfmtStage implements RowStage {
    private final boolean strict;
    private final boolean keepEmpty;
    private final Needs needs;
    private final EarlyFilters early;
    private final LogfmtScanner scanner = new LogfmtScanner();
    private @Nullable FieldNames names;

    LogfmtStage(boolean strict, boolean keepEmpty, Needs needs, EarlyFilters early) {
        this.early = early;
        this.strict = strict;
        this.keepEmpty = keepEmpty;
        this.needs = needs;
    }

    @Override
    public boolean process(Row row) {
        if (needs.nothing()) {
            return true;
        }
        if (names == null) {
            names = new FieldNames(row.texts());
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
                    String name = pair(row, names);
                    if (name != null && !early.allow(name, row)) {
                        return false;
                    }
                    if (needs.satisfied(row.extracted())) {
                        return true;
                    }
                }
            }
        }
    }

    /// The label that a pair gave, or null.
    private @Nullable String pair(Row row, FieldNames names) {
        if (!keepEmpty && scanner.emptyValue()) {
            return null;
        }
        String key = names.name(row.bytes(), scanner.keyStart(), scanner.keyLength(), true);
        if (key.isEmpty()) {
            return null;
        }
        String name = row.extractedName(key);
        if (!needs.wants(name) || row.isParsed(name)) {
            return null;
        }
        row.set(name, scanner.value(row.texts()));
        row.countExtracted();
        return name;
    }
}
