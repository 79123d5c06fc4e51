package sigyn.server.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Grafana's `alerting/*.yaml`.
class AlertFilesTest {
    private static final String FILE = """
            apiVersion: 1
            contactPoints:
              - orgId: 1
                name: on-call
                receivers:
                  - {uid: hook, type: webhook, settings: {url: 'http://192.0.2.1/x', password: "$HUSH"}}
                  - {uid: mail, type: email, settings: {addresses: a@example.com}}
            policies:
              - {orgId: 1, receiver: on-call, group_by: [alertname]}
            groups:
              - orgId: 1
                name: errors
                folder: Shop
                interval: 10s
                rules:
                  - uid: many-errors
                    title: Many errors
                    condition: B
                    for: 2m
                    dashboardUid: board
                    panelId: 4
                    labels: {severity: warning}
                    data:
                      - refId: A
                        queryType: instant
                        relativeTimeRange: {from: 300, to: 0}
                        datasourceUid: loki-datasource
                        model: {expr: 'sum by (service) (count_over_time({level="ERROR"}[5m]))', queryType: instant}
                      - refId: B
                        datasourceUid: __expr__
                        model: {type: threshold, expression: A, conditions: [{evaluator: {type: gt, params: [10]}}]}
                  - {uid: broken, title: Broken, condition: Z, data: []}
            muteTimes: []
            """;

    @TempDir
    Path folder;

    private static JsonNode status(Site site) {
        for (var file : site.get("/api/ui/provisioning").path("files")) {
            if (Json.text(file, "path").endsWith("alerts.yaml")) {
                return file;
            }
        }
        return Json.object();
    }

    @Test
    void areReadWhileTheyChange() {
        Site.provisionUsersFiles(folder);
        Site.provision(folder, "alerting/alerts.yaml", FILE);
        try (var site = Site.open(folder, Map.of("HUSH", "hush-hush"), new AlertSource())) {
            var rule = site.get(AlertRulesTest.RULES + "/many-errors");
            assertThat(Json.text(rule, "provenance")).isEqualTo("file");
            assertThat(Json.number(rule, "interval", 0)).isEqualTo(10);
            assertThat(Json.text(rule, "execErrState")).isEqualTo("Alerting");
            assertThat(rule.path("annotations").toString())
                    .isEqualTo("{\"__dashboardUid__\":\"board\",\"__panelId__\":\"4\"}");
            assertThat(Json.text(site.get("/api/folders/" + Json.text(rule, "folderUID")), "title"))
                    .isEqualTo("Shop");
            var points = site.get("/api/v1/provisioning/contact-points");
            assertThat(points).hasSize(2);
            assertThat(points.toString()).doesNotContain("hush-hush");
            assertThat(Json.text(site.get("/api/v1/provisioning/policies"), "receiver"))
                    .isEqualTo("on-call");
            assertThat(Json.text(status(site), "message")).isEqualTo("1 rules, 2 contact points");
            assertThat(status(site).path("notes").toString())
                    .contains("Broken: condition must be", "email are not delivered", "muteTimes has no effect");
            String body = Json.write((ObjectNode) rule);
            assertThat(site.call(Site.ADMIN, "PUT", AlertRulesTest.RULES + "/many-errors", body)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(site.call(Site.ADMIN, "DELETE", "/api/v1/provisioning/contact-points/hook", null)
                            .statusCode())
                    .isEqualTo(403);

            Site.provision(
                    folder,
                    "alerting/alerts.yaml",
                    FILE.replace("for: 2m", "for: 3m").replace("10s", "20s"));
            Site.await(() -> Json.text(site.get(AlertRulesTest.RULES + "/many-errors"), "for")
                    .equals("3m"));
            assertThat(Json.number(site.get(AlertRulesTest.RULES + "/many-errors"), "interval", 0))
                    .isEqualTo(20);

            Site.provision(folder, "alerting/alerts.yaml", "groups: [\n");
            Site.await(() -> Json.text(status(site), "state").equals("failed"));
            assertThat(Json.number(status(site), "line", 0)).isPositive();
            assertThat(Json.text(site.get(AlertRulesTest.RULES + "/many-errors"), "for"))
                    .isEqualTo("3m");

            Site.provision(
                    folder, "alerting/alerts.yaml", "apiVersion: 1\ndeleteRules: [{orgId: 1, uid: many-errors}]\n");
            Site.await(() -> site.get(AlertRulesTest.RULES).isEmpty());
            Site.await(() -> site.get("/api/v1/provisioning/contact-points").isEmpty());
        }
    }

    @Test
    void aFileThatIsJustBeingWrittenEndsNothing() {
        Site.provisionUsersFiles(folder);
        Site.provision(folder, "alerting/alerts.yaml", FILE);
        var settings = Map.of("HUSH", "hush-hush", "GF_SIGYN_PROVISIONING_POLL", "1h");
        try (var site = Site.open(folder, settings, new AlertSource())) {
            assertThat(site.get(AlertRulesTest.RULES)).hasSize(1);
            Site.provision(folder, "alerting/alerts.yaml", "");
            reload(site);
            assertThat(site.get(AlertRulesTest.RULES)).hasSize(1);
            Site.provision(folder, "alerting/alerts.yaml", FILE);
            reload(site);
            reload(site);
            assertThat(site.get(AlertRulesTest.RULES)).hasSize(1);
            assertThat(site.get("/api/v1/provisioning/contact-points")).hasSize(2);
            Site.provision(folder, "alerting/alerts.yaml", "");
            reload(site);
            reload(site);
            assertThat(site.get(AlertRulesTest.RULES)).isEmpty();
        }
    }

    private static void reload(Site site) {
        site.post("/api/admin/provisioning/alerting/reload", "");
    }
}
