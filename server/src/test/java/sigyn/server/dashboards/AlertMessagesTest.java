package sigyn.server.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.dashboards.alert.Alerting;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.HttpServer;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.testkit.FakeClock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Who is told what, when, and how often, by a receiver that listens.
class AlertMessagesTest {
    private static final String POINTS = "/api/v1/provisioning/contact-points";
    private static final String TEST = "/api/alertmanager/grafana/config/api/v1/receivers/test";

    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock(Instant.parse("2026-11-26T10:00:00Z"));
    private final AlertSource source = new AlertSource();
    private final List<JsonNode> bodies = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
    private final HttpServer receiver = HttpServer.start("127.0.0.1", 0, this::receive);
    private volatile int status = 200;
    private volatile CountDownLatch answers = new CountDownLatch(0);

    private Response receive(Request request) throws Exception {
        int answer = status;
        var fields = new HashMap<String, String>();
        request.headers().fields().forEach(f -> fields.put(f.name().toLowerCase(java.util.Locale.ROOT), f.value()));
        headers.add(fields);
        bodies.add(Json.parse(request.body().readAllBytes()));
        answers.await();
        return Response.text(answer, "secret words of the receiver");
    }

    @BeforeEach
    void filesOfTheUser() {
        Site.provisionUsersFiles(folder);
        source.counts.putAll(Map.of("api", "12", "db", "3"));
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    private Site open() {
        return Site.open(
                folder,
                Map.of("GF_SIGYN_ALERTING_POLL", "10ms", "GF_SERVER_ROOT_URL", "http://sigyn.test/"),
                source,
                clock);
    }

    private String url() {
        return "http://127.0.0.1:" + receiver.port() + "/hook";
    }

    private ObjectNode point() {
        var point = Json.object().put("uid", "hook").put("name", "hook").put("type", "webhook");
        point.putObject("settings").put("url", url());
        return point;
    }

    private static ObjectNode rule(String title) {
        var rule = AlertRulesTest.countRule(title);
        rule.putObject("notification_settings")
                .put("receiver", "hook")
                .put("group_wait", "10s")
                .put("group_interval", "2m")
                .put("repeat_interval", "1h");
        return rule;
    }

    private void save(Site site, ObjectNode rule) {
        Site.json(site.call(Site.ADMIN, "POST", POINTS, Json.write(point())), 202);
        Site.json(site.call(Site.ADMIN, "POST", AlertRulesTest.RULES, Json.write(rule)), 201);
    }

    private void evaluated(Site site) {
        Site.await(() -> Json.text(
                        site.get("/api/prometheus/grafana/api/v1/rules").at("/data/groups/0/rules/0"), "lastEvaluation")
                .equals(clock.instant().toString()));
    }

    private void pass(Site site, Duration duration) {
        clock.advance(duration);
        evaluated(site);
    }

    private void received(int count) {
        Site.await(() -> bodies.size() >= count);
        assertThat(bodies).hasSize(count);
    }

    @Test
    void theBodyIsVersionOneWithThreeLines() {
        try (var site = open()) {
            var rule = rule("errors");
            rule.putObject("labels").put("severity", "warning");
            rule.putObject("annotations")
                    .put("summary", "{{ $labels.service }} logged {{ $values.A.Value }} errors")
                    .put("__dashboardUid__", "board")
                    .put("__panelId__", "1");
            save(site, rule);
            evaluated(site);
            clock.advance(Duration.ofSeconds(10));
            received(1);
            var body = bodies.getFirst();
            assertThat(Json.text(body, "receiver")).isEqualTo("hook");
            assertThat(Json.text(body, "status")).isEqualTo("firing");
            assertThat(Json.text(body, "state")).isEqualTo("alerting");
            assertThat(Json.text(body, "version")).isEqualTo("1");
            assertThat(Json.number(body, "orgId", 0)).isEqualTo(1);
            assertThat(Json.number(body, "truncatedAlerts", -1)).isZero();
            assertThat(Json.text(body, "externalURL")).isEqualTo("http://sigyn.test/");
            assertThat(Json.text(body, "groupKey")).isEqualTo("{}:{alertname=\"errors\", grafana_folder=\"General\"}");
            assertThat(Json.text(body, "title")).isEqualTo("[FIRING:1] errors General (api warning)");
            assertThat(body.path("groupLabels").toString())
                    .isEqualTo("{\"alertname\":\"errors\",\"grafana_folder\":\"General\"}");
            assertThat(body.path("commonAnnotations").toString()).isEqualTo("{\"summary\":\"api logged 12 errors\"}");
            var alert = body.at("/alerts/0");
            assertThat(alert.path("labels").toString())
                    .isEqualTo("{\"alertname\":\"errors\",\"grafana_folder\":\"General\",\"service\":\"api\","
                            + "\"severity\":\"warning\"}");
            assertThat(Json.text(alert, "status")).isEqualTo("firing");
            assertThat(Json.text(alert, "startsAt")).isEqualTo("2026-11-26T10:00:00Z");
            assertThat(Json.text(alert, "endsAt")).isEqualTo("0001-01-01T00:00:00Z");
            assertThat(Json.text(alert, "fingerprint")).matches("[0-9a-f]{16}");
            assertThat(Json.text(alert, "generatorURL"))
                    .isEqualTo("http://sigyn.test/alerting/grafana/errors/view?orgId=1");
            assertThat(Json.text(alert, "dashboardURL")).startsWith("http://sigyn.test/d/board?from=");
            assertThat(Json.text(alert, "panelURL")).endsWith("&viewPanel=1");
            assertThat(Json.text(alert, "ruleUID")).isEqualTo("errors");
            assertThat(alert.path("values").toString()).isEqualTo("{\"A\":12.0,\"B\":1.0}");
            assertThat(Json.text(alert, "valueString"))
                    .isEqualTo("[ var='A' labels={service=api} value=12 ], [ var='B' labels={service=api} value=1 ]");
            assertThat(Json.text(alert, "logsURL")).contains("service%3D%22api%22");
            assertThat(alert.path("samples")).hasSize(3);
            assertThat(Json.text(alert.at("/samples/0"), "line")).isEqualTo("third");
            assertThat(alert.has("silenceURL") && alert.has("imageURL")).isTrue();
            assertThat(Json.text(body, "message"))
                    .contains("**Firing**", "Value: A=12, B=1", " - service = api", "third", "second", "first");
        }
    }

    @Test
    void resolvedIsToldOnceAndNothingTwice() {
        try (var site = open()) {
            save(site, rule("errors"));
            evaluated(site);
            clock.advance(Duration.ofSeconds(9));
            pass(site, Duration.ofSeconds(51));
            received(1);
            source.counts.put("api", "0");
            pass(site, Duration.ofMinutes(1));
            pass(site, Duration.ofMinutes(1));
            received(2);
            var body = bodies.get(1);
            assertThat(Json.text(body, "status")).isEqualTo("resolved");
            assertThat(Json.text(body, "state")).isEqualTo("ok");
            assertThat(Json.text(body, "title")).isEqualTo("[RESOLVED] errors General (api)");
            assertThat(Json.text(body.at("/alerts/0"), "endsAt")).isEqualTo("2026-11-26T10:02:00Z");
            assertThat(Json.text(body.at("/alerts/0"), "fingerprint"))
                    .isEqualTo(Json.text(bodies.getFirst().at("/alerts/0"), "fingerprint"));
            for (int hour = 0; hour < 3; hour++) {
                pass(site, Duration.ofHours(1));
            }
            received(2);
        }
    }

    @Test
    void whatFiresOnIsRepeatedAndWhatIsNewComesWithIt() {
        try (var site = open()) {
            save(site, rule("errors"));
            evaluated(site);
            pass(site, Duration.ofMinutes(1));
            received(1);
            source.counts.put("db", "99");
            pass(site, Duration.ofMinutes(1));
            pass(site, Duration.ofMinutes(1));
            received(2);
            assertThat(Json.text(bodies.get(1), "title")).startsWith("[FIRING:2]");
            pass(site, Duration.ofMinutes(59));
            pass(site, Duration.ofMinutes(1));
            received(3);
            assertThat(bodies.get(2).path("alerts")).hasSize(2);
        }
    }

    @Test
    void aRestartTellsNothingTwiceAndForgetsNoEnd() {
        try (var site = open()) {
            save(site, rule("errors"));
            evaluated(site);
            pass(site, Duration.ofMinutes(1));
            received(1);
        }
        clock.advance(Duration.ofMinutes(5));
        try (var site = open()) {
            evaluated(site);
            pass(site, Duration.ofMinutes(1));
            received(1);
        }
        source.counts.put("api", "0");
        clock.advance(Duration.ofMinutes(5));
        try (var site = open()) {
            evaluated(site);
            received(2);
            assertThat(Json.text(bodies.get(1), "status")).isEqualTo("resolved");
        }
    }

    @Test
    void aReceiverThatFailsIsAskedAgainLaterAndLater() {
        try (var site = open()) {
            status = 500;
            save(site, rule("errors"));
            evaluated(site);
            clock.advance(Duration.ofSeconds(10));
            received(1);
            Instant first = clock.instant();
            Site.await(() -> {
                clock.advance(Duration.ofSeconds(1));
                return bodies.size() >= 5;
            });
            assertThat(Duration.between(first, clock.instant()))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(5 + 10 + 20 + 40));
            status = 200;
            int failed = bodies.size();
            Site.await(() -> {
                clock.advance(Duration.ofSeconds(1));
                return bodies.size() > failed;
            });
            source.counts.put("api", "0");
            Site.await(() -> {
                clock.advance(Duration.ofSeconds(30));
                return Json.text(bodies.getLast(), "status").equals("resolved");
            });
        }
    }

    @Test
    void deletedPausedAndChangedRulesEndTheirAlerts() {
        try (var site = open()) {
            save(site, rule("errors"));
            evaluated(site);
            pass(site, Duration.ofMinutes(1));
            received(1);
            assertThat(site.call(Site.ADMIN, "DELETE", POINTS + "/hook", null).body())
                    .contains("sends its alerts there");
            assertThat(site.call(Site.ADMIN, "DELETE", AlertRulesTest.RULES + "/errors", null)
                            .statusCode())
                    .isEqualTo(204);
            clock.advance(Duration.ofMinutes(2));
            received(2);
            assertThat(Json.text(bodies.get(1), "status")).isEqualTo("resolved");
            Site.await(() ->
                    site.call(Site.ADMIN, "DELETE", POINTS + "/hook", null).statusCode() == 204);
            assertThat(site.get(POINTS)).isEmpty();
        }
    }

    @Test
    void aRuleThatGoesWhileAMessageIsUnderWayEndsItsAlerts() {
        var answer = new CountDownLatch(1);
        answers = answer;
        try (var site = open()) {
            save(site, rule("errors"));
            evaluated(site);
            pass(site, Duration.ofMinutes(1));
            received(1);
            assertThat(site.call(Site.ADMIN, "DELETE", AlertRulesTest.RULES + "/errors", null)
                            .statusCode())
                    .isEqualTo(204);
            answer.countDown();
            clock.advance(Duration.ofMinutes(2));
            received(2);
            assertThat(Json.text(bodies.get(1), "status")).isEqualTo("resolved");
        }
    }

    @Test
    void whoStopsWaitsForTheAnswerToAMessage() throws InterruptedException {
        var answer = new CountDownLatch(1);
        answers = answer;
        var site = open();
        save(site, rule("errors"));
        evaluated(site);
        pass(site, Duration.ofMinutes(1));
        received(1);
        var stop = Thread.ofPlatform().start(site::close);
        Site.await(() -> Stream.of(stop.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(Alerting.class.getName())));
        answer.countDown();
        stop.join();
        clock.advance(Duration.ofMinutes(5));
        try (var again = open()) {
            evaluated(again);
            pass(again, Duration.ofMinutes(1));
            received(1);
        }
    }

    @Test
    void secretsAreSentAndNeverShown() {
        try (var site = open()) {
            var point = point();
            var settings = (ObjectNode) point.path("settings");
            settings.put("username", "me").put("password", "hush-1").put("httpMethod", "PUT");
            settings.putObject("headers").put("X-Api-Key", "hush-2").put("X-Team", "logs");
            settings.putObject("hmacConfig").put("secret", "hush-3");
            var made = site.call(Site.ADMIN, "POST", POINTS, Json.write(point));
            Site.json(made, 202);
            var listed = site.get(POINTS).get(0);
            assertThat(made.body() + listed).doesNotContain("hush").contains("[REDACTED]", "X-Team\":\"logs");
            Site.json(site.call(Site.ADMIN, "PUT", POINTS + "/hook", Json.write(listed)), 202);
            assertThat(tried(site, Site.ADMIN, (ObjectNode) listed)).contains("\"status\":\"ok\"");
            var sent = headers.getLast();
            assertThat(sent).containsEntry("authorization", Site.basic("me:hush-1"));
            assertThat(sent).containsEntry("x-api-key", "hush-2").containsEntry("x-team", "logs");
            assertThat(sent.get("x-grafana-alerting-signature")).matches("[0-9a-f]{64}");
            assertThat(Json.text(bodies.getLast().at("/alerts/0/labels"), "alertname"))
                    .isEqualTo("TestAlert");
            var elsewhere = (ObjectNode) listed.deepCopy();
            ((ObjectNode) elsewhere.path("settings")).put("url", url().replace("127.0.0.1", "localhost"));
            assertThat(site.call(Site.ADMIN, "PUT", POINTS + "/hook", Json.write(elsewhere))
                            .body())
                    .contains("must be given");
            assertThat(tried(site, Site.ADMIN, elsewhere)).contains("must be given");
            status = 418;
            assertThat(tried(site, Site.ADMIN, (ObjectNode) listed))
                    .contains("answered 418")
                    .doesNotContain("secret words");
        }
    }

    @Test
    void editorsReachTheOwnNetworkOnlyWhereItIsAllowed() {
        try (var site = open()) {
            String editor = editor(site);
            var inside =
                    new ArrayList<>(List.of(url(), "http://10.0.0.1/", "http://[::1]:9/", "http://169.254.169.254/"));
            inside.addAll(
                    List.of("http://[fd00::1]/", "http://100.64.0.1/", "http://0.0.0.0:9/", "http://2130706433/"));
            for (String url : inside) {
                var point = point();
                ((ObjectNode) point.path("settings")).put("url", url);
                assertThat(site.call(editor, "POST", POINTS, Json.write(point)).statusCode())
                        .as(url)
                        .isIn(400, 403);
                assertThat(tried(site, editor, point)).as(url).contains("failed");
            }
            for (String url : List.of("file:///etc/passwd", "gopher://x/", "http://me:pw@example.com/", "x")) {
                var point = point();
                ((ObjectNode) point.path("settings")).put("url", url);
                assertThat(site.call(Site.ADMIN, "POST", POINTS, Json.write(point))
                                .statusCode())
                        .as(url)
                        .isEqualTo(400);
            }
            assertThat(bodies).isEmpty();
        }
        var allowed = Map.of("GF_SIGYN_ALERTING_POLL", "10ms", "GF_SIGYN_WEBHOOK_HOSTS", "127.0.0.1");
        try (var site = Site.open(folder.resolve("second"), allowed, source, clock)) {
            assertThat(tried(site, editor(site), point())).contains("\"status\":\"ok\"");
            received(1);
        }
    }

    private static String editor(Site site) {
        var account = Site.json(
                site.call(Site.ADMIN, "POST", "/api/serviceaccounts", "{\"name\":\"e\",\"role\":\"Editor\"}"), 201);
        return Json.text(
                site.post("/api/serviceaccounts/" + Json.number(account, "id", 0) + "/tokens", "{\"name\":\"t\"}"),
                "key");
    }

    private static String tried(Site site, String who, ObjectNode point) {
        var body = Json.object();
        var receiver = body.putArray("receivers").addObject().put("name", "hook");
        receiver.putArray("grafana_managed_receiver_configs").add(point);
        var answer = site.call(who, "POST", TEST, Json.write(body));
        return Site.json(answer, 200).toString();
    }

    @Test
    void theRootPolicyTakesWhatHasNoReceiver() {
        try (var site = open()) {
            var policy = "{\"receiver\":\"hook\",\"group_by\":[\"...\"],\"group_wait\":\"0s\",\"routes\":[]}";
            Site.json(site.call(Site.ADMIN, "PUT", "/api/v1/provisioning/policies", policy), 202);
            assertThat(Json.text(site.get("/api/v1/provisioning/policies"), "receiver"))
                    .isEqualTo("hook");
            var rule = rule("errors");
            rule.remove("notification_settings");
            save(site, rule);
            received(1);
            assertThat(Json.text(bodies.getFirst().path("groupLabels"), "service"))
                    .isEqualTo("api");
        }
    }
}
