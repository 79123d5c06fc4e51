package sigyn.server.dashboards.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import sigyn.logql.LogQl;
import sigyn.model.LabelMatcher;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Params;
import sigyn.testkit.Property;

class ReadPolicyTest {
    private static final ReadPolicy POLICY = ReadPolicy.of("{namespace=\"a\"}").orElseThrow();

    private static Params narrow(String path, String query) {
        return POLICY.narrow("loki/api/v1/" + path, Params.parse(query));
    }

    @Test
    void everySelectorGetsThePolicy() {
        assertThat(narrow("query_range", "query=sum(rate({x=\"y\"}[1m]))&start=1")
                        .first("query"))
                .contains("{x=\"y\", namespace=\"a\"}");
        assertThat(narrow("query", "query={namespace=\"b\"}").first("query"))
                .isEqualTo("{namespace=\"b\", namespace=\"a\"}");
    }

    @Test
    void listsAreNarrowedToo() {
        assertThat(narrow("labels", "").first("query")).isEqualTo("{namespace=\"a\"}");
        assertThat(narrow("label/app/values", "query={}").first("query")).isEqualTo("{namespace=\"a\"}");
        assertThat(narrow("series", "match[]={x=\"y\"}&match=%7Bz%3D%221%22%7D").all("match[]"))
                .containsExactly("{x=\"y\", namespace=\"a\"}", "{z=\"1\", namespace=\"a\"}");
        assertThat(narrow("series", "").all("match[]")).containsExactly("{namespace=\"a\"}");
        assertThat(narrow("series", "match={x=\"y\"}").all("match")).isEmpty();
    }

    @Test
    void secondQueryParameterIsNoWayAround() {
        var narrowed = narrow("query", "query={x=\"1\"}&query={x=\"2\"}");
        assertThat(narrowed.all("query")).containsExactly("{x=\"1\", namespace=\"a\"}");
    }

    @Test
    void whatCannotBeNarrowedIsRefused() {
        for (String path : List.of(
                "loki/api/v1/push",
                "loki/api/v1/delete",
                "loki/api/v1/rules",
                "api/prom/query",
                "config",
                "metrics",
                "loki/api/v1/query/../push",
                "loki/api/v1/label/a/b/values",
                "")) {
            assertThatThrownBy(() -> POLICY.narrow(path, Params.NONE)).as(path).isInstanceOf(Refusal.class);
        }
        assertThatThrownBy(() -> narrow("query", "query={x=")).hasMessageContaining("parse error");
    }

    @Test
    void randomQueriesUnderRandomPoliciesAreAllNarrowed() {
        Property.forAll(2_000, (random, size) -> {
            String policyText =
                    "{ns" + random.nextInt(3) + (random.nextBoolean() ? "=" : "=~") + "\"a" + random.nextInt(9) + "\"}";
            var policy = ReadPolicy.of(policyText).orElseThrow();
            List<LabelMatcher> wanted = LogQl.parseSelector(policyText);
            String narrowed = policy.query(query(random, Math.min(size, 5)));
            var logs = QueryTrees.logs(LogQl.parse(narrowed));
            assertThat(logs).isNotEmpty();
            assertThat(logs).allSatisfy(log -> assertThat(log.matchers()).containsAll(wanted));
        });
    }

    private static String query(RandomGenerator random, int depth) {
        return switch (depth <= 0 ? 0 : random.nextInt(6)) {
            case 1 -> "sum by (x) (" + metric(random, depth - 1) + ")";
            case 2 -> metric(random, depth - 1) + " / " + metric(random, depth - 1);
            case 3 -> "topk(3, " + metric(random, depth - 1) + ")";
            case 4 -> metric(random, depth - 1) + " > bool 1";
            default -> log(random);
        };
    }

    private static String metric(RandomGenerator random, int depth) {
        return depth > 0 && random.nextBoolean()
                ? "sum(" + metric(random, depth - 1) + ") or " + metric(random, depth - 1)
                : "rate(" + log(random) + " [5m])";
    }

    private static String log(RandomGenerator random) {
        String[] stages = {"", " |= \"}{\"", " | json", " | json | a=\"{x=`y`}\"", " | logfmt | d > 5s", " !~ `[{}]`"};
        return "{app=\"" + "\\\"x{},".repeat(random.nextInt(3)) + "z\"" + (random.nextBoolean() ? ", b!=\"c\"" : "")
                + "}" + stages[random.nextInt(stages.length)];
    }
}
