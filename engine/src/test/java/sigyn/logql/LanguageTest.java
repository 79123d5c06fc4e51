package sigyn.logql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// The language by its files: what is a query, what is not, and what queries answer.
class LanguageTest {
    private static final Path FILES = Path.of("../testdata/logql");

    @TestFactory
    Stream<DynamicTest> acceptedQueriesPrintAndParseToTheSame() throws IOException {
        return Files.readAllLines(FILES.resolve("accept.txt")).stream()
                .map(query -> DynamicTest.dynamicTest(query, () -> {
                    var expr = LogQl.parse(query);
                    String printed = LogQl.print(expr);
                    assertThat(LogQl.print(LogQl.parse(printed))).isEqualTo(printed);
                    assertThat(LogQl.print(LogQl.parse(LogQl.format(expr)))).isEqualTo(printed);
                }));
    }

    @TestFactory
    Stream<DynamicTest> refusedQueriesSayWhy() throws IOException {
        var queries = new ArrayList<>(Files.readAllLines(FILES.resolve("reject.txt")));
        queries.addAll(Files.readAllLines(FILES.resolve("reject-syntax.txt")));
        return queries.stream()
                .map(query -> DynamicTest.dynamicTest(
                        query,
                        () -> assertThatThrownBy(() -> LogQl.parse(query))
                                .isInstanceOfSatisfying(
                                        SigynException.class,
                                        e -> assertThat(e.kind()).isEqualTo(ErrorKind.BAD_REQUEST))
                                .hasMessageStartingWith("parse error")));
    }

    @TestFactory
    Stream<DynamicTest> scripts() throws IOException {
        var script = QueryScript.read(FILES.resolve("pipelines.test"));
        return script.cases().stream()
                .map(one -> DynamicTest.dynamicTest(one.query(), () -> {
                    try (var engine = new QueryEngine(script.reader())) {
                        var got = QueryScript.answer(engine, one);
                        if (one.expected().getFirst().startsWith("error ")) {
                            assertThat(got)
                                    .singleElement()
                                    .asString()
                                    .contains(one.expected().getFirst().substring(6));
                        } else {
                            assertThat(got).isEqualTo(one.expected());
                        }
                    }
                }));
    }

    @Test
    void longAndDeepQueriesAreRefused() {
        assertThatThrownBy(() -> LogQl.parse("{app=\"" + "x".repeat(140_000) + "\"}"))
                .isInstanceOf(SigynException.class)
                .hasMessageContaining("input size too long");
        assertThatThrownBy(() -> LogQl.parse("(".repeat(10_000) + "1" + ")".repeat(10_000)))
                .isInstanceOf(SigynException.class)
                .hasMessageContaining("nested");
    }

    @Test
    void longQueriesAreFormattedOverLines() {
        String query = "sum by (level, service) (rate({app=\"web\", env=\"prod\"} |= \"error\" | json | status >= 500"
                + " | line_format \"{{.level}}\" [5m]))";
        assertThat(LogQl.formatQuery(query).lines().toList())
                .isEqualTo(List.of(
                        "sum by (level, service)(",
                        "  rate({app=\"web\", env=\"prod\"} |= \"error\" | json | status>=500 | line_format"
                                + " \"{{.level}}\"[5m])",
                        ")"));
    }

    @Test
    void operatorsOverLinesStandByIndentation() {
        String part = "sum by (inst) (count_over_time({app=\"twin\", inst=\"%s\"}[1h]))";
        String query =
                "(" + part.formatted(1) + " or " + part.formatted(2) + ") unless (" + part.formatted(3) + " > 2)";
        assertThat(LogQl.formatQuery(query).lines().toList())
                .isEqualTo(List.of(
                        "    sum by (inst)(count_over_time({app=\"twin\", inst=\"1\"}[1h]))",
                        "  or",
                        "    sum by (inst)(count_over_time({app=\"twin\", inst=\"2\"}[1h]))",
                        "unless",
                        "  (sum by (inst)(count_over_time({app=\"twin\", inst=\"3\"}[1h])) > 2)"));
    }
}
