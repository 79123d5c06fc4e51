package sigyn.server.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.dashboards.wire.Json;
import sigyn.testkit.FakeClock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What rules come to from one evaluation to the next.
class AlertRulesTest {
    static final String RULES = "/api/v1/provisioning/alert-rules";
    private static final String POINTS = "/api/v1/provisioning/contact-points";
    private static final String POLICIES = "/api/v1/provisioning/policies";
    static final String EXPR = "sum by (service) (count_over_time({level=\"ERROR\"} |= \"x\" [5m]))";

    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock(Instant.parse("2026-11-26T10:00:00Z"));
    private final AlertSource source = new AlertSource();

    @BeforeEach
    void filesOfTheUser() {
        Site.provisionUsersFiles(folder);
    }

    private Site open() {
        return Site.open(folder, Map.of("GF_SIGYN_ALERTING_POLL", "10ms"), source, clock);
    }

    /// More than ten errors in five minutes.
    static ObjectNode rule(String title) {
        var rule = Json.object();
        rule.put("uid", title).put("title", title).put("condition", "B").put("for", "0s");
        var query = rule.withArray("data").addObject();
        query.put("refId", "A").put("datasourceUid", "loki-datasource");
        query.putObject("relativeTimeRange").put("from", 300).put("to", 0);
        query.putObject("model").put("expr", EXPR).put("queryType", "instant");
        var threshold = rule.withArray("data").addObject();
        threshold.put("refId", "B").put("datasourceUid", "__expr__");
        var model = threshold.putObject("model").put("type", "threshold").put("expression", "A");
        var evaluator = model.withArray("conditions").addObject().putObject("evaluator");
        evaluator.put("type", "gt").putArray("params").add(10);
        return rule;
    }

    static ObjectNode countRule(String title) {
        var rule = rule(title);
        ((ObjectNode) rule.at("/data/0/model")).put("emptyIsZero", true);
        return rule;
    }

    private static void save(Site site, ObjectNode rule) {
        Site.json(site.call(Site.ADMIN, "POST", RULES, Json.write(rule)), 201);
    }

    /// Lets time pass and waits until every rule was evaluated at the new time.
    private void pass(Site site, Duration duration) {
        clock.advance(duration);
        evaluated(site);
    }

    private void evaluated(Site site) {
        Site.await(() -> {
            for (var rule : rules(site).values()) {
                if (!Json.text(rule, "lastEvaluation").equals(clock.instant().toString())) {
                    return false;
                }
            }
            return true;
        });
    }

    private static Map<String, JsonNode> rules(Site site) {
        var rules = new TreeMap<String, JsonNode>();
        for (var group : site.get("/api/prometheus/grafana/api/v1/rules").at("/data/groups")) {
            group.path("rules").forEach(rule -> rules.put(Json.text(rule, "name"), rule));
        }
        return rules;
    }

    private static JsonNode rule(Site site, String name) {
        return rules(site).getOrDefault(name, Json.object());
    }

    /// The states of a rule's instances, by service.
    private static Map<String, String> states(Site site, String name) {
        var states = new TreeMap<String, String>();
        for (var alert : rule(site, name).path("alerts")) {
            String service = Json.text(alert.path("labels"), "service", Json.text(alert.path("labels"), "alertname"));
            states.put(service, Json.text(alert, "state"));
        }
        return states;
    }

    @Test
    void pendingThenFiringThenNormalAgain() {
        try (var site = open()) {
            source.counts.putAll(Map.of("api", "12", "db", "3"));
            var rule = rule("errors");
            rule.put("for", "2m");
            rule.putObject("labels").put("severity", "page of {{ $labels.service }}");
            rule.putObject("annotations").put("summary", "{{ $labels.service }} logged {{ $values.A.Value }} errors");
            save(site, rule);
            evaluated(site);
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Pending", "db", "Normal"));
            assertThat(Json.text(rule(site, "errors"), "state")).isEqualTo("pending");
            pass(site, Duration.ofMinutes(1));
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Pending", "db", "Normal"));
            assertThat(source.lineQueries).isEmpty();
            pass(site, Duration.ofMinutes(1));
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Alerting", "db", "Normal"));
            assertThat(Json.text(rule(site, "errors"), "state")).isEqualTo("firing");
            assertThat(source.lineQueries).containsExactly("{level=\"ERROR\"} |= \"x\" | service=\"api\"");
            var alert = site.get("/api/prometheus/grafana/api/v1/alerts").at("/data/alerts/0");
            assertThat(Json.text(alert.path("annotations"), "summary")).isEqualTo("api logged 12 errors");
            assertThat(Json.text(alert.path("labels"), "severity")).isEqualTo("page of api");
            assertThat(Json.text(alert.path("labels"), "alertname")).isEqualTo("errors");
            assertThat(Json.text(alert.path("labels"), "grafana_folder")).isEqualTo("General");
            source.counts.put("api", "10");
            pass(site, Duration.ofMinutes(1));
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Normal", "db", "Normal"));
            assertThat(Json.text(rule(site, "errors"), "state")).isEqualTo("inactive");
        }
    }

    @Test
    void keepsFiringAsLongAsItIsTold() {
        try (var site = open()) {
            source.counts.put("api", "12");
            save(site, rule("errors").put("keep_firing_for", "2m"));
            evaluated(site);
            source.counts.put("api", "1");
            pass(site, Duration.ofMinutes(1));
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Recovering"));
            pass(site, Duration.ofMinutes(1));
            source.counts.put("api", "12");
            pass(site, Duration.ofMinutes(1));
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Alerting"));
            source.counts.put("api", "1");
            for (int minute = 0; minute < 3; minute++) {
                pass(site, Duration.ofMinutes(1));
            }
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Normal"));
        }
    }

    @Test
    void theThresholdOfTheWayBack() {
        try (var site = open()) {
            source.counts.put("api", "12");
            var rule = rule("errors");
            var unload = ((ObjectNode) rule.at("/data/1/model/conditions/0")).putObject("unloadEvaluator");
            unload.put("type", "lt").putArray("params").add(5);
            save(site, rule);
            evaluated(site);
            source.counts.put("api", "7");
            pass(site, Duration.ofMinutes(1));
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Alerting"));
            source.counts.put("api", "4");
            pass(site, Duration.ofMinutes(1));
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Normal"));
        }
    }

    @Test
    void aSeriesThatIsGoneResolvesAfterTwoMisses() {
        try (var site = open()) {
            source.counts.putAll(Map.of("api", "12", "db", "3"));
            save(site, rule("errors"));
            evaluated(site);
            source.counts.remove("api");
            pass(site, Duration.ofMinutes(1));
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Alerting", "db", "Normal"));
            pass(site, Duration.ofMinutes(1));
            assertThat(states(site, "errors")).isEqualTo(Map.of("db", "Normal"));
        }
    }

    @Test
    void aCountOfNothingIsZero() {
        try (var site = open()) {
            save(site, countRule("errors"));
            save(site, rule("bare"));
            evaluated(site);
            assertThat(states(site, "errors")).isEqualTo(Map.of("errors", "Normal"));
            assertThat(states(site, "bare")).isEqualTo(Map.of("DatasourceNoData", "NoData"));
            assertThat(Json.text(rule(site, "bare"), "health")).isEqualTo("nodata");
            source.counts.put("api", "12");
            pass(site, Duration.ofMinutes(1));
            assertThat(states(site, "errors")).containsEntry("api", "Alerting");
            source.counts.remove("api");
            pass(site, Duration.ofMinutes(1));
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Normal"));
            pass(site, Duration.ofHours(23));
            assertThat(states(site, "errors")).containsEntry("api", "Normal");
            pass(site, Duration.ofHours(1));
            assertThat(states(site, "errors")).isEqualTo(Map.of("errors", "Normal"));
        }
    }

    @Test
    void failuresCountWhenThereAreThree() {
        try (var site = open()) {
            source.counts.put("api", "12");
            save(site, rule("tells"));
            save(site, rule("fine").put("execErrState", "OK"));
            save(site, rule("alerts").put("execErrState", "Alerting").put("for", "1m"));
            evaluated(site);
            source.status = 500;
            clock.advance(Duration.ofMinutes(1));
            Site.await(() -> rules(site).values().stream()
                    .allMatch(rule -> Json.text(rule, "lastError").contains("ill")));
            assertThat(states(site, "fine")).isEqualTo(Map.of("api", "Alerting"));
            String before = "2026-11-26T10:00:00Z";
            Site.await(() -> {
                clock.advance(Duration.ofSeconds(1));
                return rules(site).values().stream()
                        .noneMatch(rule -> Json.text(rule, "lastEvaluation").equals(before));
            });
            assertThat(states(site, "tells")).isEqualTo(Map.of("DatasourceError", "Error", "api", "Alerting"));
            assertThat(Json.text(rule(site, "tells"), "health")).isEqualTo("error");
            assertThat(states(site, "fine")).isEqualTo(Map.of("api", "Normal"));
            assertThat(states(site, "alerts")).isEqualTo(Map.of("api", "Alerting"));
            source.status = 200;
            pass(site, Duration.ofMinutes(1));
            assertThat(states(site, "tells")).isEqualTo(Map.of("api", "Alerting"));
            assertThat(Json.text(rule(site, "tells"), "lastError")).isEmpty();
        }
    }

    @Test
    void aRestartForgetsNothing() {
        source.counts.putAll(Map.of("api", "12", "db", "3"));
        String began;
        try (var site = open()) {
            save(site, countRule("errors"));
            save(site, rule("paused").put("isPaused", true));
            Site.await(() -> states(site, "errors").containsValue("Alerting"));
            began = Json.text(site.get("/api/prometheus/grafana/api/v1/alerts").at("/data/alerts/0"), "activeAt");
        }
        clock.advance(Duration.ofMinutes(7));
        source.counts.clear();
        source.warning = "the answer is incomplete: the write-ahead log is still being read after a restart";
        try (var site = open()) {
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Alerting", "db", "Normal"));
            var alert = site.get("/api/prometheus/grafana/api/v1/alerts").at("/data/alerts/0");
            assertThat(Json.text(alert, "activeAt")).isEqualTo(began);
            source.warning = "";
            clock.advance(Duration.ofSeconds(5));
            Site.await(() -> states(site, "errors").equals(Map.of("api", "Normal", "db", "Normal")));
            assertThat(states(site, "paused")).isEmpty();
        }
    }

    @Test
    void pausedChangedAndDeleted() {
        try (var site = open()) {
            source.counts.put("api", "12");
            var rule = countRule("errors");
            save(site, rule);
            evaluated(site);
            assertThat(states(site, "errors")).isEqualTo(Map.of("api", "Alerting"));
            var paused = site.get(RULES + "/errors");
            Site.json(
                    site.call(
                            Site.ADMIN,
                            "PUT",
                            RULES + "/errors",
                            Json.write(((ObjectNode) paused).put("isPaused", true))),
                    200);
            assertThat(states(site, "errors")).isEmpty();
            Site.json(
                    site.call(
                            Site.ADMIN,
                            "PUT",
                            RULES + "/errors",
                            Json.write(((ObjectNode) paused).put("isPaused", false))),
                    200);
            Site.await(() -> states(site, "errors").equals(Map.of("api", "Alerting")));
            assertThat(site.call(Site.ADMIN, "DELETE", RULES + "/errors", null).statusCode())
                    .isEqualTo(204);
            assertThat(rules(site)).isEmpty();
            assertThat(site.call(Site.ADMIN, "GET", RULES + "/errors", null).statusCode())
                    .isEqualTo(404);
            save(site, rule);
            Site.await(() -> states(site, "errors").equals(Map.of("api", "Alerting")));
        }
    }

    @Test
    void groupsHaveOneInterval() {
        try (var site = open()) {
            save(site, rule("one").put("ruleGroup", "fast").put("interval", 10));
            save(site, rule("two").put("ruleGroup", "fast"));
            assertThat(Json.number(site.get(RULES + "/two"), "interval", 0)).isEqualTo(10);
            var third = rule("three").put("ruleGroup", "fast").put("interval", 20);
            assertThat(site.call(Site.ADMIN, "POST", RULES, Json.write(third)).body())
                    .contains("evaluated every 10s");
            third.put("interval", 15).put("ruleGroup", "own");
            assertThat(site.call(Site.ADMIN, "POST", RULES, Json.write(third)).body())
                    .contains("multiple of 10 seconds");
        }
    }

    @Test
    void refusesWhatItCannotEvaluate() {
        try (var site = open()) {
            var wrong = new TreeMap<String, ObjectNode>();
            wrong.put("condition must be", rule("a").put("condition", "C"));
            wrong.put("title must have", rule("b").put("title", " "));
            wrong.put("there is no folder", rule("c").put("folderUID", "nowhere"));
            wrong.put("\\\"sql\\\" are not evaluated", rule("d"));
            ((ObjectNode) wrong.get("\\\"sql\\\" are not evaluated").at("/data/1/model")).put("type", "sql");
            wrong.put("no node Z before it", rule("e"));
            ((ObjectNode) wrong.get("no node Z before it").at("/data/1/model")).put("expression", "Z");
            wrong.put("expected a duration", rule("f").put("for", "soon"));
            wrong.forEach((message, rule) -> {
                var answer = site.call(Site.ADMIN, "POST", RULES, Json.write(rule));
                assertThat(answer.statusCode()).as(message).isEqualTo(400);
                assertThat(answer.body()).contains(message);
            });
            assertThat(rules(site)).isEmpty();
        }
    }

    @Test
    void whoMayNotReadEverythingHasNothingToDoWithRules() {
        try (var site = open()) {
            save(site, rule("errors"));
            var account = Site.json(
                    site.call(
                            Site.ADMIN,
                            "POST",
                            "/api/serviceaccounts",
                            "{\"name\":\"half\",\"role\":\"Editor\",\"policy\":\"{level=\\\"INFO\\\"}\"}"),
                    201);
            String path = "/api/serviceaccounts/" + Json.number(account, "id", 0) + "/tokens";
            String token = Json.text(site.post(path, "{\"name\":\"t\"}"), "key");
            assertThat(site.call(token, "GET", "/api/user", null).statusCode()).isEqualTo(200);
            String body = Json.write(rule("mine"));
            for (var call : new String[][] {
                {"GET", RULES},
                {"GET", RULES + "/errors"},
                {"POST", RULES},
                {"PUT", RULES + "/errors"},
                {"DELETE", RULES + "/errors"},
                {"GET", "/api/prometheus/grafana/api/v1/rules"},
                {"GET", "/api/prometheus/grafana/api/v1/alerts"},
                {"GET", POINTS},
                {"POST", POINTS},
                {"PUT", POINTS + "/x"},
                {"DELETE", POINTS + "/x"},
                {"GET", POLICIES},
                {"PUT", POLICIES},
                {"POST", "/api/alertmanager/grafana/config/api/v1/receivers/test"}
            }) {
                var answer = site.call(token, call[0], call[1], call[0].startsWith("P") ? body : null);
                assertThat(answer.statusCode()).as(call[0] + " " + call[1]).isEqualTo(403);
                assertThat(answer.body()).contains("read policy");
            }
            assertThat(rules(site)).containsOnlyKeys("errors");
        }
    }
}
