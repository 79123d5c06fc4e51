package sigyn.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sigyn.logql.exec.QueryLimits;
import sigyn.server.config.LokiConfig.Target;

/// Reads a `loki-config.yaml`: file, then flags in Go's style over it. Defaults are Loki's, except that no rate or
/// number of streams is limited unless the file says so.
public final class ConfigFile {
    private static final Limits LOKI_DEFAULTS = Limits.read(
            new Section("defaults", "limits_config", Yaml.parse("reject_old_samples: true", "defaults")), Limits.OPEN);

    /// Flags that count here, and the keys that they stand for.
    private static final Map<String, String> FLAGS = Map.of(
            "auth.enabled", "auth_enabled",
            "target", "target",
            "server.http-listen-address", "server.http_listen_address",
            "server.http-listen-port", "server.http_listen_port",
            "server.grpc-listen-address", "server.grpc_listen_address",
            "server.grpc-listen-port", "server.grpc_listen_port",
            "server.path-prefix", "server.http_path_prefix",
            "log.level", "server.log_level",
            "log.format", "server.log_format");

    private ConfigFile() {}

    /// Reads the first file of the comma list in `-config.file` that exists.
    ///
    /// @param environment variables for `-config.expand-env`
    public static LokiConfig read(Flags flags, Map<String, String> environment) {
        String names = flags.text("config.file", "config.yaml,config/config.yaml");
        for (String name : names.split(",")) {
            var path = Path.of(name.strip());
            if (Files.exists(path)) {
                return parse(text(path), name.strip(), flags, environment);
            }
        }
        throw new ConfigException("configuration file not found: " + names);
    }

    private static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new ConfigException(path + ": cannot be read: " + e.getMessage());
        }
    }

    /// Reads the text of a file.
    ///
    /// @param file its name, for messages
    public static LokiConfig parse(String text, String file, Flags flags, Map<String, String> environment) {
        String expanded = flags.on("config.expand-env") ? EnvExpansion.expand(text, environment, file) : text;
        var top = Yaml.parse(expanded, file);
        var notes = new ArrayList<>(KnownKeys.load().notes(top, file));
        var root = new Section(file, "", top);
        var common = root.section("common");
        var server = root.section("server");
        var limits = limits(root);
        var data = data(root, flags);
        var runtime = root.section("runtime_config");
        var overrides =
                runtime.list("file", root.section("limits_config").list("per_tenant_override_config", List.of()));
        if (common.number("replication_factor", 1) > 1) {
            notes.add(file + ": common.replication_factor: this is one process, entries are stored once");
        }
        boolean authEnabled = flag(flags, "auth.enabled", root.flag("auth_enabled", true));
        return new LokiConfig(
                authEnabled,
                target(flags.text("target", root.text("target", "all"))),
                new LokiConfig.Server(
                        flags.text("server.http-listen-address", server.text("http_listen_address", "")),
                        number(flags, "server.http-listen-port", server.number("http_listen_port", 3100)),
                        flags.text("server.grpc-listen-address", server.text("grpc_listen_address", "")),
                        number(flags, "server.grpc-listen-port", server.number("grpc_listen_port", 9095)),
                        flags.text("server.path-prefix", server.text("http_path_prefix", "")),
                        flags.text("log.level", server.text("log_level", "info")),
                        flags.text("log.format", server.text("log_format", "logfmt"))
                                .equals("json"),
                        Math.max(4 << 20, server.number("grpc_server_max_recv_msg_size", 4 << 20)),
                        tls(server.section("http_tls_config")),
                        tls(server.section("grpc_tls_config"))),
                data,
                new LokiConfig.Push(
                        root.section("distributor").bytes("max_recv_msg_size", LokiConfig.Push.DEFAULT.maxReceived()),
                        root.section("distributor")
                                .bytes("max_decompressed_size", LokiConfig.Push.DEFAULT.maxDecompressed())),
                limits,
                root.section("querier").flag("multi_tenant_queries_enabled", false),
                root.section("querier").duration("tail_max_duration", Duration.ofHours(1)),
                root.section("pattern_ingester").flag("enabled", false),
                compactor(root.section("compactor")),
                percent(root.section("sigyn")),
                LogAuth.read(root.section("sigyn").section("auth"), authEnabled),
                overrides.stream().map(Path::of).toList(),
                runtime.duration("period", Duration.ofSeconds(10)),
                List.copyOf(notes),
                withFlags(top, flags));
    }

    /// The file as it counts: with the flags that stand for one of its keys.
    private static String withFlags(Yaml.Mapping top, Flags flags) {
        var tree = top;
        for (var flag : flags.values().entrySet()) {
            String path = FLAGS.get(flag.getKey());
            if (path != null) {
                tree = Yaml.merge(tree, Yaml.at(path, new Yaml.Scalar(flag.getValue(), false, 0)));
            }
        }
        return YamlText.print(tree);
    }

    private static Limits limits(Section root) {
        var section = root.section("limits_config");
        var limits = Limits.read(section, LOKI_DEFAULTS);
        var ingest = limits.ingest();
        if (section.flag("unordered_writes", true)) {
            var age = root.section("ingester").duration("max_chunk_age", Duration.ofHours(2));
            ingest = ingest.withWindow(age.dividedBy(2));
        }
        var otlpLabels = root.section("distributor")
                .section("otlp_config")
                .list("default_resource_attributes_as_index_labels", List.of());
        if (!otlpLabels.isEmpty()) {
            ingest = ingest.withOtlp(ingest.otlp().withResourceLabels(otlpLabels));
        }
        return new Limits(ingest, moved(root, limits.read()), retention(root, limits.retention()));
    }

    /// Keys that once stood elsewhere.
    private static ReadLimits moved(Section root, ReadLimits limits) {
        var e = limits.engine();
        var lookback = root.section("chunk_store_config").duration("max_look_back_period", e.maxQueryLookback());
        var querier = root.section("querier");
        var timeout =
                querier.duration("query_timeout", querier.section("engine").duration("timeout", limits.timeout()));
        var range = root.section("query_range");
        var split = range.duration("split_queries_by_interval", e.splitInterval());
        boolean topk =
                e.approxTopk() || range.list("shard_aggregations", List.of()).contains("approx_topk");
        return limits.with(
                new QueryLimits(
                        e.maxSeries(),
                        e.maxEntries(),
                        e.maxQueryLength(),
                        lookback,
                        e.maxQueryRange(),
                        e.maxBytesRead(),
                        e.maxMatchers(),
                        split,
                        topk,
                        e.variants(),
                        e.memoryBytes()),
                timeout);
    }

    private static RetentionLimits retention(Section root, RetentionLimits limits) {
        var tables = root.section("table_manager");
        var compactor = root.section("compactor");
        if (!compactor.flag("retention_enabled", false)) {
            Duration period = tables.flag("retention_deletes_enabled", false)
                    ? tables.duration("retention_period", Duration.ZERO)
                    : Duration.ZERO;
            return new RetentionLimits(period, List.of(), limits.deletion());
        }
        return limits;
    }

    private static int percent(Section s) {
        int percent = s.number("max_volume_percent", 85);
        if (percent < 0 || percent > 100) {
            throw s.refused("max_volume_percent", "expected 0 to 100");
        }
        return percent;
    }

    private static LokiConfig.Compactor compactor(Section s) {
        return new LokiConfig.Compactor(
                s.flag("retention_enabled", false),
                s.duration("delete_request_cancel_period", Duration.ofHours(24)),
                s.duration("delete_max_interval", Duration.ofHours(24)));
    }

    private static Path data(Section root, Flags flags) {
        String flag = flags.text("data");
        if (flag != null) {
            return Path.of(flag);
        }
        String prefix = root.section("common").text("path_prefix");
        if (prefix != null && !prefix.isEmpty()) {
            return Path.of(prefix);
        }
        String chunks =
                root.section("common").section("storage").section("filesystem").text("chunks_directory");
        if (chunks == null) {
            chunks = root.section("storage_config").section("filesystem").text("directory");
        }
        if (chunks != null) {
            var parent = Path.of(chunks).toAbsolutePath().normalize().getParent();
            if (parent != null && parent.getNameCount() > 0) {
                return parent;
            }
        }
        return Path.of("data");
    }

    private static Target target(String text) {
        if (text.contains("dashboards")) {
            return Target.DASHBOARDS;
        }
        return switch (text) {
            case "all" -> Target.ALL;
            default -> Target.LOGS;
        };
    }

    private static Optional<LokiConfig.Tls> tls(Section s) {
        String certificate = s.text("cert_file");
        String key = s.text("key_file");
        if (certificate == null && key == null) {
            return Optional.empty();
        }
        if (certificate == null || key == null) {
            throw s.refused(certificate == null ? "key_file" : "cert_file", "TLS needs both, cert_file and key_file");
        }
        String type = s.text("client_auth_type", "NoClientCert");
        var ca = Optional.ofNullable(s.text("client_ca_file")).filter(file -> !file.isEmpty());
        boolean must = switch (type) {
            case "RequireAndVerifyClientCert" -> true;
            case "VerifyClientCertIfGiven" -> false;
            case "NoClientCert" -> false;
            default ->
                throw s.refused(
                        "client_auth_type",
                        "expected NoClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert");
        };
        if (must && ca.isEmpty()) {
            throw s.refused("client_auth_type", "needs client_ca_file");
        }
        return Optional.of(new LokiConfig.Tls(
                Path.of(certificate),
                Path.of(key),
                type.equals("NoClientCert") ? Optional.empty() : ca.map(Path::of),
                must));
    }

    private static boolean flag(Flags flags, String name, boolean otherwise) {
        return flags.text(name) == null ? otherwise : flags.on(name);
    }

    private static int number(Flags flags, String name, int otherwise) {
        String text = flags.text(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new ConfigException("-" + name + ": expected a number, found \"" + text + "\"");
        }
    }
}
