package sigyn.server.config;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What one tenant may write, with Loki's names and defaults. A rate of zero is no limit.
///
/// @param ingestionRate bytes a second over all streams
/// @param streamRate bytes a second of one stream
/// @param unorderedWindow how far an entry may lie behind the newest of its stream; zero: as far as it likes
/// @param metadataBytes of one entry
/// @param demoteAbove a label with more values than this becomes structured metadata of what is new; zero: never, as
/// Loki does
/// @param serviceRate bytes a second of each service, unless `serviceRates` names it
/// @param blockedUntil pushes before this time are refused with `blockedStatus`
public record IngestLimits(
        long ingestionRate,
        long ingestionBurst,
        long streamRate,
        long streamBurst,
        int maxStreams,
        int maxLabelNames,
        int maxLabelNameLength,
        int maxLabelValueLength,
        boolean rejectOld,
        Duration rejectOldAge,
        Duration gracePeriod,
        Duration unorderedWindow,
        long maxLineSize,
        boolean truncateLines,
        String truncateMark,
        boolean incrementDuplicates,
        List<String> serviceNameLabels,
        boolean discoverLevels,
        List<String> levelFields,
        int levelJsonDepth,
        boolean allowMetadata,
        long metadataBytes,
        int metadataPairs,
        List<String> enforcedLabels,
        Instant blockedUntil,
        int blockedStatus,
        int demoteAbove,
        long serviceRate,
        Map<String, Long> serviceRates,
        OtlpMapping otlp) {
    private static final long BURST = 6L << 20;
    private static final long STREAM_BURST = 15L << 20;
    private static final List<String> SERVICE_NAME_LABELS = List.of(
            "service",
            "app",
            "application",
            "app_name",
            "name",
            "app_kubernetes_io_name",
            "container",
            "container_name",
            "k8s_container_name",
            "component",
            "workload",
            "job",
            "k8s_job_name");

    private static final List<String> LEVEL_FIELDS = List.of(
            "level",
            "LEVEL",
            "Level",
            "log.level",
            "severity",
            "SEVERITY",
            "Severity",
            "SeverityText",
            "lvl",
            "LVL",
            "Lvl",
            "severity_text",
            "Severity_Text",
            "SEVERITY_TEXT");

    /// What holds without a configuration file: no rates, no limit on the number of streams, entries of any age in any
    /// order.
    public static final IngestLimits OPEN = new IngestLimits(
            0,
            0,
            0,
            0,
            0,
            15,
            1024,
            2048,
            false,
            Duration.ofDays(7),
            Duration.ofMinutes(10),
            Duration.ZERO,
            256 << 10,
            false,
            "",
            false,
            SERVICE_NAME_LABELS,
            true,
            LEVEL_FIELDS,
            2,
            true,
            64 << 10,
            128,
            List.of(),
            Instant.EPOCH,
            260,
            50_000,
            0,
            Map.of(),
            OtlpMapping.DEFAULT);

    /// A rate without a burst has Loki's, or nothing could be pushed at all.
    private static long burst(long rate, long burst, long standard) {
        return rate > 0 && burst == 0 ? standard : burst;
    }

    /// Reads `limits_config`; what it does not say is as in `base`.
    static IngestLimits read(Section s, IngestLimits base) {
        long rate = megabytes(s, "ingestion_rate_mb", base.ingestionRate);
        long streamRate = s.bytes("per_stream_rate_limit", base.streamRate);
        return new IngestLimits(
                rate,
                burst(rate, megabytes(s, "ingestion_burst_size_mb", base.ingestionBurst), BURST),
                streamRate,
                burst(streamRate, s.bytes("per_stream_rate_limit_burst", base.streamBurst), STREAM_BURST),
                s.number("max_global_streams_per_user", s.number("max_streams_per_user", base.maxStreams)),
                s.number("max_label_names_per_series", base.maxLabelNames),
                s.number("max_label_name_length", base.maxLabelNameLength),
                s.number("max_label_value_length", base.maxLabelValueLength),
                s.flag("reject_old_samples", base.rejectOld),
                s.duration("reject_old_samples_max_age", base.rejectOldAge),
                s.duration("creation_grace_period", base.gracePeriod),
                s.flag("unordered_writes", true) ? base.unorderedWindow : Duration.ofNanos(1),
                s.bytes("max_line_size", base.maxLineSize),
                s.flag("max_line_size_truncate", base.truncateLines),
                s.text("max_line_size_truncate_identifier", base.truncateMark),
                s.flag("increment_duplicate_timestamp", base.incrementDuplicates),
                s.list("discover_service_name", base.serviceNameLabels),
                s.flag("discover_log_levels", base.discoverLevels),
                s.list("log_level_fields", base.levelFields),
                s.number("log_level_from_json_max_depth", base.levelJsonDepth),
                s.flag("allow_structured_metadata", base.allowMetadata),
                s.bytes("max_structured_metadata_size", base.metadataBytes),
                s.number("max_structured_metadata_entries_count", base.metadataPairs),
                s.list("enforced_labels", base.enforcedLabels),
                instant(s, "block_ingestion_until", base.blockedUntil),
                s.number("block_ingestion_status_code", base.blockedStatus),
                s.number("demote_labels_above", base.demoteAbove),
                s.bytes("service_rate_limit", base.serviceRate),
                rates(s.section("service_rate_limits"), base.serviceRates),
                OtlpMapping.read(s.section("otlp_config"), base.otlp));
    }

    IngestLimits withWindow(Duration window) {
        return copy(window, otlp);
    }

    IngestLimits withOtlp(OtlpMapping mapping) {
        return copy(unorderedWindow, mapping);
    }

    private IngestLimits copy(Duration window, OtlpMapping mapping) {
        return new IngestLimits(
                ingestionRate,
                ingestionBurst,
                streamRate,
                streamBurst,
                maxStreams,
                maxLabelNames,
                maxLabelNameLength,
                maxLabelValueLength,
                rejectOld,
                rejectOldAge,
                gracePeriod,
                window,
                maxLineSize,
                truncateLines,
                truncateMark,
                incrementDuplicates,
                serviceNameLabels,
                discoverLevels,
                levelFields,
                levelJsonDepth,
                allowMetadata,
                metadataBytes,
                metadataPairs,
                enforcedLabels,
                blockedUntil,
                blockedStatus,
                demoteAbove,
                serviceRate,
                serviceRates,
                mapping);
    }

    /// Bytes a second that a service may write; zero: as much as it likes.
    public long serviceRate(String service) {
        return serviceRates.isEmpty() ? serviceRate : serviceRates.getOrDefault(service, serviceRate);
    }

    private static Map<String, Long> rates(Section s, Map<String, Long> otherwise) {
        var out = new TreeMap<String, Long>(otherwise);
        for (String service : s.keys()) {
            out.put(service, s.bytes(service, 0));
        }
        return Map.copyOf(out);
    }

    private static long megabytes(Section s, String key, long otherwise) {
        return (long) (s.real(key, otherwise / 1048576.0) * 1048576);
    }

    private static Instant instant(Section s, String key, Instant otherwise) {
        String text = s.text(key);
        if (text == null || text.isEmpty() || text.equals("0")) {
            return otherwise;
        }
        try {
            return Instant.parse(text);
        } catch (java.time.format.DateTimeParseException e) {
            throw new ConfigException("limits_config." + key + ": expected a time such as 2030-01-01T00:00:00Z");
        }
    }
}
