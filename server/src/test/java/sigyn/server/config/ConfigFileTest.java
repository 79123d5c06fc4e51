package sigyn.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.Tenant;

class ConfigFileTest {
    private static final String CLASSIC = """
            auth_enabled: false
            server: {http_listen_port: 3100}
            ingester:
              lifecycler: {address: 127.0.0.1, ring: {kvstore: {store: inmemory}, replication_factor: 1}, final_sleep: 0s}
              max_chunk_age: 1h
              chunk_target_size: 1.048576e+06
              max_transfer_retries: 0
            schema_config:
              configs: [{from: 2020-10-24, store: boltdb-shipper, object_store: filesystem, schema: v11, index: {prefix: index_, period: 24h}}]
            storage_config:
              boltdb_shipper: {active_index_directory: /loki/boltdb-shipper-active, shared_store: filesystem}
              filesystem: {directory: /loki/chunks}
            compactor: {working_directory: /loki/boltdb-shipper-compactor, shared_store: filesystem}
            limits_config: {reject_old_samples: true, reject_old_samples_max_age: 168h, enforce_metric_name: false}
            chunk_store_config: {max_look_back_period: 72h}
            table_manager: {retention_deletes_enabled: true, retention_period: 336h}
            """;

    private static LokiConfig parse(String yaml, String... flags) {
        return ConfigFile.parse(yaml, "loki.yaml", Flags.parse(List.of(flags)), Map.of("NAME", "x", "EMPTY", ""));
    }

    @Test
    void aClassicFileRunsAndItsRemovedKeysAreExplained() {
        var config = parse(CLASSIC);
        assertThat(config.authEnabled()).isFalse();
        assertThat(config.data()).isEqualTo(Path.of("/loki"));
        assertThat(config.limits().ingest().rejectOld()).isTrue();
        assertThat(config.limits().ingest().unorderedWindow()).isEqualTo(Duration.ofMinutes(30));
        assertThat(config.limits().read().engine().maxQueryLookback()).isEqualTo(Duration.ofDays(3));
        assertThat(config.limits().retention().period()).isEqualTo(Duration.ofDays(14));
        assertThat(config.notes())
                .containsExactly(
                        "loki.yaml:7: ingester.max_transfer_retries was removed from Loki: ignored, the write-ahead log takes its"
                                + " place",
                        "loki.yaml:11: storage_config.boltdb_shipper.shared_store was removed from Loki: ignored, object_store"
                                + " of the schema decides",
                        "loki.yaml:13: compactor.shared_store was removed from Loki: ignored",
                        "loki.yaml:14: limits_config.enforce_metric_name was removed from Loki: ignored",
                        "loki.yaml:15: chunk_store_config.max_look_back_period was removed from Loki: read as"
                                + " limits_config.max_query_lookback");
    }

    @Test
    void anUnknownKeyIsNotedWithItsLineAndTheNearestName() {
        assertThat(parse("auth_enabled: false\nlimits_config:\n  max_line_sise: 1KB\n")
                        .notes())
                .containsExactly("loki.yaml:3: unknown key limits_config.max_line_sise; did you mean max_line_size?");
    }

    @Test
    void unknownKeysOfOverridesAreNamedWithTheNearest(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("over.yaml");
        Files.writeString(
                file, "overrides:\n  shop:\n    max_line_sise: 1KB\n  web:\n    max_line_size: 2KB\nconfig: 1\n");
        var overrides = Overrides.open(parse("runtime_config: {file: '" + file + "'}\n"));
        assertThat(overrides.notes())
                .containsExactly(
                        file + ":6: unknown key config; did you mean configs?",
                        file + ":3: unknown key overrides.shop.max_line_sise; did you mean max_line_size?");
        assertThat(overrides.of(new Tenant("web")).ingest().maxLineSize()).isEqualTo(2048);
    }

    @Test
    void aWrongValueNamesFileLineAndKey() {
        assertThatThrownBy(() -> parse("server:\n  http_listen_port: abc\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("loki.yaml:2: server.http_listen_port: expected a whole number, found \"abc\"");
    }

    @Test
    void brokenYamlNamesFileAndLine() {
        assertThatThrownBy(() -> parse("server:\n  - a\n b: [\n")).hasMessageStartingWith("loki.yaml:3: ");
    }

    @Test
    void duplicateKeysAreRefused() {
        assertThatThrownBy(() -> parse("server: {}\ncommon: {}\nserver: {}\n"))
                .hasMessage("loki.yaml:3: key \"server\" is already set in line 1");
    }

    @Test
    void flagsWinOverTheFile() {
        var config = parse("server: {http_listen_port: 1}\n", "-server.http-listen-port=7", "--target", "dashboards");
        assertThat(config.server().httpPort()).isEqualTo(7);
        assertThat(config.target()).isEqualTo(LokiConfig.Target.DASHBOARDS);
        assertThat(config.server().grpcPort()).isEqualTo(9095);
    }

    @Test
    void environmentIsExpandedOnlyWhenAsked() {
        String yaml = "common: {path_prefix: \"/a/${NAME}/${EMPTY:-d}/$$x/${NAME^^}\"}\n";
        assertThat(parse(yaml, "-config.expand-env=true").data()).isEqualTo(Path.of("/a/x/d/$x/X"));
        assertThat(parse("common: {path_prefix: '/a/${NAME}'}\n").data()).isEqualTo(Path.of("/a/${NAME}"));
    }

    @Test
    void limitsUseLokisUnits() {
        var limits = parse("limits_config: {max_line_size: 1KB, max_query_length: 1d, ingestion_rate_mb: 2}\n")
                .limits();
        assertThat(limits.ingest().maxLineSize()).isEqualTo(1024);
        assertThat(limits.ingest().ingestionRate()).isEqualTo(2 << 20);
        assertThat(limits.ingest().ingestionBurst()).isEqualTo(6 << 20);
        assertThat(limits.ingest().streamBurst()).isZero();
        assertThat(limits.read().engine().maxQueryLength()).isEqualTo(Duration.ofDays(1));
        assertThat(parse("{}").limits().ingest().ingestionRate()).isZero();
    }

    @Test
    void aMissingFileIsAClearError() {
        assertThatThrownBy(() -> ConfigFile.read(Flags.parse(List.of("-config.file=/nowhere/l.yaml")), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("configuration file not found: /nowhere/l.yaml");
    }
}
