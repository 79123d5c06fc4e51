package sigyn.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final String FILE = """
            auth_enabled: false
            server: {http_listen_port: 3100, log_level: debug}
            common:
              path_prefix: /loki
              storage: {s3: {bucketnames: logs, secret_access_key: "hush, hush"}}
            limits_config:
              max_query_series: 7
              retention_stream: [{selector: '{a="b"}', priority: 1, period: 24h}]
            ruler: {alertmanager_url: "http://x"}
            """;

    private static LokiConfig parse(String yaml, String... flags) {
        return ConfigFile.parse(yaml, "l.yaml", Flags.parse(List.of(flags)), Map.of());
    }

    @Test
    void theDefaultsAreAFileThatChangesNothing() {
        assertThat(Settings.difference(Settings.defaults())).isEqualTo("{}\n");
        var empty = parse("{}");
        var defaults = parse(Settings.defaults());
        assertThat(defaults.limits()).isEqualTo(empty.limits());
        assertThat(defaults.server()).isEqualTo(empty.server());
        assertThat(defaults.push()).isEqualTo(empty.push());
        assertThat(defaults.compactor()).isEqualTo(empty.compactor());
        assertThat(defaults.maxVolumePercent()).isEqualTo(empty.maxVolumePercent());
        assertThat(defaults.tailMaxDuration()).isEqualTo(empty.tailMaxDuration());
        assertThat(defaults.notes())
                .containsExactly(
                        "l.yaml: common.replication_factor: this is one process, entries are" + " stored once");
    }

    @Test
    void theDifferenceIsWhatTheFileAndTheFlagsChange() {
        assertThat(Settings.difference(
                        parse(FILE, "-server.http-listen-port=99").yaml()))
                .isEqualTo("""
                        auth_enabled: false
                        server:
                          http_listen_port: 99
                          log_level: debug
                        common:
                          path_prefix: /loki
                          storage:
                            s3:
                              bucketnames: logs
                              secret_access_key: "********"
                        limits_config:
                          max_query_series: 7
                          retention_stream:
                            - {selector: "{a=\\"b\\"}", priority: 1, period: 24h}
                        ruler:
                          alertmanager_url: "http://x"
                        """);
    }

    @Test
    void whatAppliesReadsAsTheSameConfiguration() {
        var config = parse(FILE);
        String effective = Settings.effective(config.yaml());
        assertThat(effective).contains("max_entries_limit_per_query: 5000").doesNotContain("hush");
        assertThat(parse(effective).limits()).isEqualTo(config.limits());
    }

    @Test
    void aTenantsLimitsAreTheFilesWithItsOverrides() {
        String limits = Settings.limits(
                parse(FILE).yaml(), List.of("overrides: {a: {max_query_series: 9}, b: {volume_enabled: false}}"), "a");
        assertThat(limits)
                .contains("max_query_series: 9")
                .contains("volume_enabled: true")
                .contains("max_query_length: 30d1h");
    }

    @Test
    void eachSettingIsExplained() {
        assertThat(Settings.explain(FILE, "l.yaml"))
                .contains(
                        "l.yaml:1: auth_enabled = false: requests must name their tenant in X-Scope-OrgID",
                        "l.yaml:4: common.path_prefix = /loki: the folder of all data",
                        "l.yaml:5: common.storage.s3.bucketnames = logs: no effect: one process",
                        "l.yaml:5: common.storage.s3.secret_access_key = \"********\": no effect: one process",
                        "l.yaml:7: limits_config.max_query_series = 7: series of one answer",
                        "l.yaml:9: ruler.alertmanager_url = \"http://x\": no effect: there are no rules yet");
    }
}
