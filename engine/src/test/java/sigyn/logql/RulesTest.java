package sigyn.logql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sigyn.logql.ast.Printer;
import sigyn.logql.exec.LogRun;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.plan.rule.Rules;
import sigyn.logql.stage.Needs;
import sigyn.model.FieldValue;
import sigyn.model.LinePredicate;

/// Each rule once firing and once with nothing to do.
class RulesTest {
    private static Rules.Optimized optimized(String query) {
        return Rules.optimize(LogRun.plan(LogQl.parseLog(query)));
    }

    private static List<String> stages(LogPlan plan) {
        return plan.stages().stream().map(Printer::stage).toList();
    }

    @Test
    void lineFiltersMoveBeforeParsers() {
        var result = optimized("{a=\"b\"} | json |~ \"[xy]\"");
        assertThat(result.fired()).contains("MoveLineFiltersToFront");
        assertThat(stages(result.plan())).containsExactly("| json");
    }

    @Test
    void lineFiltersStayBehindLineFormat() {
        var result = optimized("{a=\"b\"} | line_format \"{{.x}}\" |~ \"[xy]\"");
        assertThat(result.fired()).isEmpty();
        assertThat(stages(result.plan())).containsExactly("| line_format \"{{.x}}\"", "|~ \"[xy]\"");
    }

    @Test
    void searchesForTextsGoIntoTheScan() {
        var result = optimized("{a=\"b\"} |= \"x\" or \"y\" !~ \"(?i)z\" | json");
        assertThat(result.fired()).contains("PushLineFiltersIntoScan");
        assertThat(result.plan().predicates()).hasSize(2);
        assertThat(stages(result.plan())).containsExactly("| json");
    }

    @Test
    void aRegexGoesIntoTheScanBehindTheTextItNeeds() {
        var result = optimized("{a=\"b\"} |~ \"user=[a-z]+ id\" | json");
        assertThat(result.fired()).contains("PushExpressionsIntoScan");
        assertThat(result.plan().predicates())
                .containsExactly(
                        new LinePredicate.Contains("user=", false), new LinePredicate.Matches("user=[a-z]+ id"));
        assertThat(stages(result.plan())).containsExactly("| json");
    }

    @Test
    void aRegexThatOnlyTheEngineKnowsStays() {
        var result = optimized("{a=\"b\"} |~ \"user=\\\\p{Greek} id\"");
        assertThat(result.fired()).doesNotContain("PushExpressionsIntoScan");
        assertThat(result.plan().predicates()).containsExactly(new LinePredicate.Contains("user=", false));
        assertThat(stages(result.plan())).hasSize(1);
    }

    private static Rules.Optimized optimizedFor(Needs needs, String query) {
        var log = LogQl.parseLog(query);
        return Rules.optimize(new LogPlan(log.matchers(), log.stages(), needs, false, false));
    }

    @Test
    void parsersWhoseLabelsNobodyAsksForGo() {
        var result = optimizedFor(Needs.NOTHING, "{a=\"b\"} |= \"x\" | json | logfmt");
        assertThat(result.fired()).contains("DropParsersNobodyAsks", "SkipLinesNobodyReads");
        assertThat(stages(result.plan())).isEmpty();
        assertThat(result.plan().needsLines()).isFalse();
    }

    @Test
    void parsersWhoseLabelsAreAskedForStay() {
        var result = optimizedFor(Needs.of(List.of("x")), "{a=\"b\"} | json | logfmt");
        assertThat(result.fired()).doesNotContain("DropParsersNobodyAsks");
        assertThat(stages(result.plan())).containsExactly("| json", "| logfmt");
    }

    @Test
    void alternativesAndGroupsNeedTheirTexts() {
        assertThat(optimized("{a=\"b\"} |~ \"user=(?:[a-z]+) id|guest [0-9]\"")
                        .plan()
                        .predicates())
                .startsWith(new LinePredicate.AnyOf(List.of(
                        new LinePredicate.Contains("user=", false), new LinePredicate.Contains("guest ", false))));
        assertThat(optimized("{a=\"b\"} |~ \"user=[a-z]+ id|[0-9]+\"").plan().predicates())
                .containsExactly(new LinePredicate.Matches("user=[a-z]+ id|[0-9]+"));
        assertThat(optimized("{a=\"b\"} |~ \"(?i)user=[a-z]+ id\"").plan().predicates())
                .containsExactly(new LinePredicate.Matches("(?i)user=[a-z]+ id"));
    }

    @Test
    void addressesAreNotPushed() {
        assertThat(optimized("{a=\"b\"} |= ip(\"10.0.0.1\")").plan().predicates())
                .isEmpty();
    }

    @Test
    void filtersThatAlwaysHoldGo() {
        assertThat(stages(optimized("{a=\"b\"} |= \"\" |~ \".*\" | json").plan()))
                .containsExactly("| json");
        assertThat(optimized("{a=\"b\"} | json").fired()).isEmpty();
    }

    @Test
    void valuesOfParsedFieldsAreToldToTheScan() {
        var result =
                optimized("{a=\"b\"} |= \"x\" | json | n > 3 | id=\"4bf9c\" and user=\"ann-1\" | line_format \"\"");
        assertThat(result.fired()).contains("TellScanOfFieldValues");
        assertThat(result.plan().fields().stream().map(FieldValue::name)).containsExactly("id", "user");
        assertThat(result.plan().fields().getFirst().shows()).isEqualTo(new LinePredicate.Contains("4bf9c", false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "| json id=\"x.y\" | id=\"4bf9c\"",
                "| logfmt id=\"x\" | id=\"4bf9c\"",
                "| regexp `id=(?P<id>\\S+)` | id=\"4bf9c\"",
                "| pattern `<_> <id> <_>` | id=\"4bf9c\"",
                "| unpack | id=\"4bf9c\"",
                "| unpack | logfmt | id=\"4bf9c\"",
                "| json | logfmt | id=\"4bf9c\""
            })
    void whicheverParserTakesThem(String stages) {
        assertThat(optimized("{a=\"b\"} " + stages).plan().fields().stream().map(FieldValue::name))
                .containsExactly("id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "| id=\"4bf9c\"",
                "| id=\"4bf9c\" | json",
                "| json | id=\"4bf9c\" or user=\"ann-1\"",
                "| json | id!=\"4bf9c\"",
                "| json | id=~\"4bf9c\"",
                "| json | id=\"12345\" | a=\"1e10\" | b=\"-3E55\"",
                "| json | id=\"4bf 9c\"",
                "| json | id=\"abc\"",
                "| json | id_extracted=\"4bf9c\"",
                "| json | __error__=\"JSONParserErr\"",
                "| line_format \"{{.x}}\" | json | id=\"4bf9c\"",
                "| json | label_format id=user | id=\"4bf9c\"",
                "| json | decolorize | id=\"4bf9c\"",
                "| pattern `<id> <_>` | id=\"4bf 9c\""
            })
    void othersAreNot(String stages) {
        assertThat(optimized("{a=\"b\"} " + stages).plan().fields()).isEmpty();
    }
}
