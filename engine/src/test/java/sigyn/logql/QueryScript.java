package sigyn.logql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.model.Direction;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.Tenant;

/// A file of entries and queries with their answers: `load`, then `query .. [at +10s]`, each followed by indented
/// lines.
record QueryScript(ListReader reader, List<Case> cases) {
    static final long START = 1_767_225_600_000_000_000L;

    /// @param at seconds after the start for an instant query, or -1 for lines
    record Case(String query, long at, List<String> expected) {}

    static QueryScript read(Path file) throws IOException {
        var reader = new ListReader(4, 2);
        var cases = new ArrayList<Case>();
        boolean loading = false;
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("load")) {
                loading = true;
            } else if (line.startsWith("query ")) {
                loading = false;
                var at = Pattern.compile("^query (.*) at \\+(\\d+)s$").matcher(line);
                cases.add(
                        at.matches()
                                ? new Case(at.group(1), Long.parseLong(at.group(2)), new ArrayList<>())
                                : new Case(line.substring(6), -1, new ArrayList<>()));
            } else if (loading) {
                load(reader, line.strip());
            } else {
                cases.getLast().expected.add(line.strip());
            }
        }
        return new QueryScript(reader, cases);
    }

    private static void load(ListReader reader, String line) {
        int end = line.indexOf('}') + 1;
        var labels = new java.util.TreeMap<String, String>();
        for (LabelMatcher matcher : LogQl.parseAnySelector(line.substring(0, end))) {
            labels.put(matcher.name(), matcher.value());
        }
        String[] lines = line.substring(end).split("`", -1);
        for (int i = 1; i < lines.length; i += 2) {
            reader.add(Labels.of(labels), START + (i / 2) * 1_000_000_000L, lines[i], Labels.EMPTY);
        }
    }

    /// What the engine says to a case, as the lines of a script.
    static List<String> answer(QueryEngine engine, Case one) throws InterruptedException {
        var context = QueryContext.of(Tenant.FAKE);
        try {
            var result = one.at < 0
                    ? engine.range(
                            context,
                            new RangeQuery(
                                    one.query,
                                    START,
                                    START + 60_000_000_000L,
                                    1_000_000_000L,
                                    0,
                                    100,
                                    Direction.BACKWARD))
                    : engine.instant(
                            context,
                            new InstantQuery(one.query, START + one.at * 1_000_000_000L, 100, Direction.BACKWARD));
            return text(result);
        } catch (SigynException e) {
            return List.of("error " + e.getMessage());
        }
    }

    private static List<String> text(QueryResult result) {
        return switch (result) {
            case QueryResult.Streams streams ->
                streams.entries().stream()
                        .map(e -> e.labels() + " +" + (e.time() - START) / 1_000_000_000L + "s `"
                                + new String(e.line(), StandardCharsets.UTF_8) + "`")
                        .toList();
            case QueryResult.Vector vector ->
                vector.samples().stream()
                        .map(s -> s.labels() + " " + sigyn.logql.ast.FloatText.of(s.value()))
                        .toList();
            case QueryResult.Scalar scalar -> List.of(sigyn.logql.ast.FloatText.of(scalar.value()));
            case QueryResult.Matrix matrix -> List.of(matrix.toString());
        };
    }
}
