package sigyn.logql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import sigyn.logql.exec.Entry;
import sigyn.model.ErrorKind;
import sigyn.model.Labels;
import sigyn.model.SigynException;

/// Queries made to hurt: long, deep, explosive. They are refused in words, or answered in bounded time and space.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostileQueriesTest {
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("(".repeat(10_000) + "vector(1)" + ")".repeat(10_000), "nested"),
            Map.entry("{a=\"b\"} | " + "(".repeat(10_000) + "a=\"1\"" + ")".repeat(10_000), "nested"),
            Map.entry("rate(" + "(".repeat(10_000) + "{a=\"b\"}[5m]" + ")".repeat(10_000) + ")", "nested"),
            Map.entry("sum(".repeat(10_000) + "vector(1)" + ")".repeat(10_000), "nested"),
            Map.entry(
                    "label_replace(".repeat(3_000) + "vector(1)" + ",\"a\",\"b\",\"c\",\"d\")".repeat(3_000), "nested"),
            Map.entry("vector(1)" + "+vector(1)".repeat(13_000), "operators"),
            Map.entry("2" + "^2".repeat(60_000), "operators"),
            Map.entry("{a=\"b\"} | a=\"1\"" + " or a=\"1\"".repeat(12_000), "label filters"),
            Map.entry("{a=\"b\"} | a=\"1\"" + ",a=\"1\"".repeat(12_000), "label filters"),
            Map.entry("{a=\"b\"} |= \"" + "x".repeat(140_000) + "\"", "input size too long"),
            Map.entry("{a=\"b\"} |~ \"((a{1,100}){1,100}){1,10}\"", "invalid repeat count: `{1,100}`"),
            Map.entry("{a=~\"((a{0,100}){0,100}){0,100}\"}", "invalid repeat count: `{0,100}`"),
            Map.entry("{a=\"b\"} |~ \"a{1001}\"", "invalid repeat count: `{1001}`"),
            Map.entry("{a=\"b\"} |~ \"" + "(a{1000}b)".repeat(500) + "\"", "expression too large"),
            Map.entry("{a=~\"" + "(".repeat(5_000) + "a" + ")".repeat(5_000) + "\"}", "nests too deeply"),
            Map.entry(
                    "{a=\"b\"} | line_format \"" + "{{if .a}}".repeat(5_000) + "{{end}}".repeat(5_000) + "\"",
                    "template"),
            Map.entry(
                    "{a=\"b\"} | line_format \"{{" + "(".repeat(10_000) + "1" + ")".repeat(10_000) + "}}\"",
                    "template"),
            Map.entry("{".repeat(50_000), "unexpected {"),
            Map.entry("\n".repeat(130_000) + "{", "unexpected $end"),
            Map.entry("/*".repeat(60_000), "unexpected"));

    @TestFactory
    Stream<DynamicTest> areRefusedByParserAndFormatter() {
        return REFUSED.entrySet().stream()
                .map(one -> DynamicTest.dynamicTest(
                        one.getValue() + " of " + one.getKey().length(), () -> {
                            assertThatThrownBy(() -> LogQl.parse(one.getKey()))
                                    .isInstanceOfSatisfying(
                                            SigynException.class,
                                            e -> assertThat(e.kind()).isEqualTo(ErrorKind.BAD_REQUEST))
                                    .hasMessageStartingWith("parse error")
                                    .hasMessageContaining(one.getValue());
                            try {
                                assertThat(LogQl.formatQuery(one.getKey())).isNotEmpty();
                            } catch (SigynException e) {
                                assertThat(e.kind()).isEqualTo(ErrorKind.BAD_REQUEST);
                            }
                        }));
    }

    @Test
    void longButPlainQueriesAreTaken() {
        String filters = "{a=\"b\"}" + " |= \"x\"".repeat(18_000);
        assertThat(LogQl.formatQuery(filters)).startsWith("{a=\"b\"}");
        String sums = "vector(1)" + "+vector(1)".repeat(400);
        assertThat(LogQl.print(LogQl.parse(LogQl.print(LogQl.parse(sums))))).hasSizeGreaterThan(4_000);
        String either = "{a=\"b\"} | a=\"1\"" + " or a=\"1\"".repeat(900);
        assertThat(LogQl.formatQuery(either)).contains(" or ");
        String drops = "{a=\"b\"} | drop "
                + IntStream.range(0, 15_000).mapToObj(i -> "a" + i).collect(Collectors.joining(","));
        assertThat(LogQl.parse(drops)).isNotNull();
    }

    private static Entry run(String template) {
        var pipeline = new LinePipeline(LogQl.parseLog("{a=\"b\"} | line_format `" + template + "`"));
        return pipeline.process(Labels.of("a", "b"), 0, "x".repeat(1000).getBytes(StandardCharsets.UTF_8), Labels.EMPTY)
                .orElseThrow();
    }

    @TestFactory
    Stream<DynamicTest> templatesThatNeverEndFailAndLeaveTheLine() {
        return Stream.of(
                        "{{range 1000000000}}{{range 1000000000}}x{{end}}{{end}}",
                        "{{$x := __line__}}{{range 60}}{{$x = print $x $x}}{{end}}{{$x}}",
                        "{{define \"a\"}}{{template \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}",
                        "{{repeat 100000000 __line__}}",
                        "{{indent 1000000000 \"a\"}}",
                        "{{alignLeft 1000000000 \"a\"}}")
                .map(template -> DynamicTest.dynamicTest(template, () -> {
                    var entry = run(template);
                    assertThat(entry.parsed().get("__error__")).isEqualTo("TemplateFormatErr");
                    assertThat(entry.line()).hasSize(1000);
                }));
    }

    @Test
    void expressionsThatExplodeElsewhereAreLinear() {
        var pipeline = new LinePipeline(LogQl.parseLog("{a=\"b\"} |~ \"(x*)*(x*)*(x+)+$y\" |~ \"(x|x|x)*z\""));
        assertThat(pipeline.process(
                        Labels.of("a", "b"), 0, "x".repeat(100_000).getBytes(StandardCharsets.UTF_8), Labels.EMPTY))
                .isEmpty();
    }
}
