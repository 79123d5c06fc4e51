package sigyn.server.dashboards.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import sigyn.server.dashboards.source.QueryEdit.Action;
import sigyn.server.dashboards.source.QueryEdit.Filter;
import sigyn.server.dashboards.source.QueryEdit.Kind;

class QueryEditTest {
    private static String toggle(String query, String name, String operator, String value, Kind kind, String parser) {
        return QueryEdit.apply(query, Action.TOGGLE, new Filter(name, operator, value, kind, parser));
    }

    private static String label(String query, String operator, String value) {
        return toggle(query, "level", operator, value, Kind.LABEL, "");
    }

    @Test
    void labelGoesIntoTheSelectorAndOutAgain() {
        String with = label("{app=\"web\"} |= \"x\"", "=", "ERROR");
        assertThat(with).isEqualTo("{app=\"web\", level=\"ERROR\"} |= \"x\"");
        assertThat(label(with, "=", "ERROR")).isEqualTo("{app=\"web\"} |= \"x\"");
    }

    @Test
    void firstOfSeveralMatchersGoesWithItsComma() {
        assertThat(label("{ level=\"ERROR\" , app=\"web\" }", "=", "ERROR")).isEqualTo("{ app=\"web\" }");
    }

    @Test
    void filterForAndFilterOutReplaceEachOther() {
        assertThat(label("{app=\"web\", level=\"ERROR\"}", "!=", "ERROR")).isEqualTo("{app=\"web\", level!=\"ERROR\"}");
        assertThat(toggle("{a=\"b\"} | json | id!=\"7\"", "id", "=", "7", Kind.PARSED, "json"))
                .isEqualTo("{a=\"b\"} | json | id=\"7\"");
    }

    @Test
    void parsedFieldGoesBehindTheLastParser() {
        assertThat(toggle("{a=\"b\"} |= \"x\" | json | line_format \"{{.y}}\"", "id", "=", "7", Kind.PARSED, "json"))
                .isEqualTo("{a=\"b\"} |= \"x\" | json | id=\"7\" | line_format \"{{.y}}\"");
    }

    @Test
    void parserIsAddedWhereThereIsNone() {
        assertThat(toggle("{a=\"b\"} |= \"x\"", "id", "=", "7", Kind.PARSED, "json"))
                .isEqualTo("{a=\"b\"} |= \"x\" | json | id=\"7\"");
        assertThat(toggle("{a=\"b\"}", "trace", "=", "7", Kind.METADATA, "json"))
                .isEqualTo("{a=\"b\"} | trace=\"7\"");
    }

    @Test
    void everySelectorOfAMetricIsChangedAndVariablesStay() {
        assertThat(label(
                        "sum(rate({a=\"$x\"}[$__auto])) / sum(count_over_time({c=~\"${y:regex}\"} |= \"}\" [${__range}]))",
                        "=",
                        "E"))
                .isEqualTo("sum(rate({a=\"$x\", level=\"E\"}[$__auto]))"
                        + " / sum(count_over_time({c=~\"${y:regex}\", level=\"E\"} |= \"}\" [${__range}]))");
    }

    @Test
    void numbersAreCompared() {
        String with = toggle("{a=\"b\"} | json", "status", ">=", "500", Kind.PARSED, "json");
        assertThat(with).isEqualTo("{a=\"b\"} | json | status>=500");
        assertThat(toggle(with, "status", ">=", "500", Kind.PARSED, "json")).isEqualTo("{a=\"b\"} | json");
    }

    @Test
    void valuesCannotBreakOut() {
        String hostile = "x\"} |= \"\\\n`, y=\"";
        String with = label("{app=\"web\"}", "=", hostile);
        assertThat(QueryTrees.logs(sigyn.logql.LogQl.parse(with)).getFirst().matchers())
                .hasSize(2)
                .last()
                .extracting(sigyn.model.LabelMatcher::value)
                .isEqualTo(hostile);
        assertThat(label(with, "=", hostile)).isEqualTo("{app=\"web\"}");
        assertThatThrownBy(() -> new Filter("a}b", "=", "x", Kind.LABEL, "")).hasMessageContaining("no label name");
        assertThatThrownBy(() -> new Filter("a", ">", "1 or x", Kind.PARSED, ""))
                .hasMessageContaining("no number");
    }
}
