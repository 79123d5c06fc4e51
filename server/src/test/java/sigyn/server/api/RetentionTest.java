package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static sigyn.server.api.RunningApi.encode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.testkit.FakeClock;

/// Which lines are left after each day of a year, for what a configuration says. A line is named after its stream and
/// the day it was written.
class RetentionTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int DAYS = 40;

    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock(START);

    private static String yaml(String compactor, String limits) {
        return "auth_enabled: true\ncompactor: {" + compactor + "}\nlimits_config: {reject_old_samples: false, "
                + limits + "}\n";
    }

    /// Writes a line a day into three streams of two tenants for some days, then sweeps.
    private void write(RunningApi api, int from, int to) throws Exception {
        for (int day = from; day < to; day++) {
            for (String tenant : List.of("a", "b")) {
                for (String app : List.of("debug", "shop", "audit")) {
                    String labels =
                            "{\"app\":\"" + app + "\",\"env\":\"" + (app.equals("audit") ? "prod" : "dev") + "\"}";
                    assertThat(api.push(labels, clock.instant(), List.of(app + " " + day), "X-Scope-OrgID", tenant)
                                    .statusCode())
                            .isEqualTo(204);
                }
            }
            api.storage.flush();
            clock.advance(Duration.ofDays(1));
        }
        api.storage.sweep();
    }

    private List<Integer> days(RunningApi api, String tenant, String app) throws Exception {
        String json = api.get(
                        "/loki/api/v1/query_range?limit=1000&direction=forward&since=30d&query="
                                + encode("{app=\"" + app + "\"}"),
                        "X-Scope-OrgID",
                        tenant)
                .body();
        var days = new ArrayList<Integer>();
        Pattern.compile("\"" + app + " ([0-9]+)\"")
                .matcher(json)
                .results()
                .forEach(m -> days.add(Integer.parseInt(m.group(1))));
        return days;
    }

    private static List<Integer> last(int n) {
        var days = new ArrayList<Integer>();
        for (int day = DAYS - n; day < DAYS; day++) {
            days.add(day);
        }
        return days;
    }

    private static final String QUERYABLE = "max_query_length: 0s, max_entries_limit_per_query: 0, ";

    @Test
    void globalPerTenantAndPerStream() throws Exception {
        Path overrides = Files.writeString(folder.resolve("over.yaml"), """
                overrides:
                  b: {retention_period: 20d, retention_stream: [{selector: '{app="debug"}', priority: 1, period: 48h}]}
                """);
        String config = yaml(
                        "retention_enabled: true",
                        QUERYABLE
                                + "retention_period: 10d, retention_stream: ["
                                + "{selector: '{env=\"dev\"}', priority: 1, period: 120h}, "
                                + "{selector: '{app=\"debug\"}', priority: 2, period: 72h}, "
                                + "{selector: '{app=~\"debug|x\"}', priority: 2, period: 96h}, "
                                + "{selector: '{app=\"audit\"}', priority: 9, period: 0s}]")
                + "runtime_config: {file: " + overrides + "}\n";
        try (var api = new RunningApi(folder.resolve("data"), config, clock)) {
            write(api, 0, DAYS);
            assertThat(days(api, "a", "debug")).isEqualTo(last(3));
            assertThat(days(api, "a", "shop")).isEqualTo(last(5));
            assertThat(days(api, "a", "audit")).containsAll(last(30));
            assertThat(days(api, "b", "debug")).isEqualTo(last(2));
            assertThat(days(api, "b", "shop")).isEqualTo(last(20));
            assertThat(days(api, "b", "audit")).isEqualTo(last(20));
            Files.writeString(overrides, "overrides: {b: {retention_period: 7d, retention_stream: []}}\n");
            api.limits.reload();
            api.storage.sweep();
            assertThat(days(api, "b", "debug")).isEqualTo(last(2));
            assertThat(days(api, "b", "shop")).isEqualTo(last(7));
            Files.writeString(overrides, "overrides: {b: {retention_period: soon}}\n");
            api.limits.reload();
            assertThat(api.limits.lastReloadWorked()).isFalse();
            api.storage.sweep();
            assertThat(days(api, "b", "shop")).isEqualTo(last(7));
        }
    }

    @Test
    void withoutRetentionEnabledNothingGoes() throws Exception {
        String config = yaml("retention_enabled: false", QUERYABLE + "retention_period: 2d");
        try (var api = new RunningApi(folder, config, clock)) {
            write(api, 0, DAYS);
            assertThat(days(api, "a", "shop")).containsAll(last(30));
        }
    }

    @Test
    void tableManagersRetentionOfOldFilesCounts() throws Exception {
        String config = yaml("working_directory: x", QUERYABLE + "reject_old_samples: false")
                        .replace(", reject_old_samples: false", "")
                + "table_manager: {retention_deletes_enabled: true, retention_period: 96h}\n";
        try (var api = new RunningApi(folder, config, clock)) {
            write(api, 0, DAYS);
            assertThat(days(api, "a", "shop")).isEqualTo(last(4));
        }
    }
}
