package sigyn.server.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.server.config.IngestLimits;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.port.PushBatch;

/// Takes the entries of one request from a decoder, stream by stream, checks them against the limits and collects the
/// good ones. What is wrong with the others becomes the answer. For one thread.
final class Intake {
    private final Tenant tenant;
    private final String format;
    private final IngestLimits limits;
    private final Metrics metrics;
    private final StreamWatch watch;
    private final KnownStreams known;
    private final boolean watching;
    private final LabelDemotion demotion;
    private final ServiceQuotas quotas;
    private final long now;
    private final EntryMetadata metadata;
    private final PushBatch batch;
    private final Refusals refusals;
    private final List<Parsed> parsed = new ArrayList<>();
    private int streamsSeen;
    private long bytes;
    private long metadataBytes;
    private int lines;

    private int stream = -1;
    private Labels labels = Labels.EMPTY;
    private String rejectedAs = "";
    private StreamWatch.@Nullable Stream watched;
    private Map<String, String> demoted = Map.of();
    private @Nullable String streamLevel;
    private long serviceRate;
    private int streamEntries;
    private String lastReason = "";
    private long lastTime;
    private long lastGivenTime;
    private byte[] lastLine = {};
    /// Keeps the compiler from leaving out what [KnownStreams#fetch] is for.
    @SuppressWarnings("UnusedVariable")
    private int fetched;

    /// A label text that was new and became a stream of the batch.
    private record Parsed(
            byte[] text,
            int hash,
            Object period,
            int stream,
            @Nullable String level) {}

    /// Fills `batch`, which is empty.
    Intake(
            Tenant tenant,
            String format,
            IngestLimits limits,
            Instant now,
            Watches watches,
            PushBatch batch,
            Metrics metrics) {
        this.tenant = tenant;
        this.format = format;
        this.limits = limits;
        this.metrics = metrics;
        this.watch = watches.streams();
        this.demotion = watches.demotion();
        this.quotas = watches.quotas();
        this.known = watches.known();
        this.batch = batch;
        this.watching = StreamWatch.needed(limits);
        this.now = Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
        this.metadata = new EntryMetadata(limits);
        this.refusals = new Refusals(tenant);
    }

    IngestLimits limits() {
        return limits;
    }

    long now() {
        return now;
    }

    /// Counts a stream of the request that may turn out to have no entries.
    void sawStream() {
        streamsSeen++;
    }

    /// Streams of label texts with these hashes come next.
    void fetch(int[] hashes, int count) {
        fetched = known.fetch(hashes, count);
    }

    /// The entries that follow belong to the stream of this label text, in UTF-8, and of this hash.
    void begin(byte[] text, int from, int length, int hash) {
        var seen = known.get(text, from, length, hash, limits, demotion.period());
        if (seen != null) {
            closeStream();
            open(seen.stream().labels());
            demoted = Map.of();
            if (mayJoin(seen.level())) {
                stream = batch.stream(seen.stream());
            }
            return;
        }
        begin(LabelText.parse(text, from, length));
        if (stream >= 0 && demoted.isEmpty() && length <= KnownStreams.LONGEST_TEXT) {
            byte[] own = Arrays.copyOfRange(text, from, from + length);
            parsed.add(new Parsed(own, hash, demotion.period(), stream, streamLevel));
        }
    }

    /// The batch is stored: the label texts that were parsed for it need not be parsed again.
    void remember() {
        for (var text : parsed) {
            var own = batch.interned(text.stream());
            if (own != null) {
                known.put(new KnownStreams.Known(text.text(), text.hash(), limits, text.period(), own, text.level()));
            }
        }
    }

    /// The entries that follow belong to this stream, whose names come from a label text.
    void begin(List<LabelText.Pair> pairs) {
        var map = new TreeMap<String, String>();
        String duplicate = null;
        for (var pair : pairs) {
            if (pair.name().equals("__name__")) {
                continue;
            }
            if (map.put(pair.name(), pair.value()) != null) {
                duplicate = pair.name();
            }
        }
        begin(map);
        if (duplicate != null) {
            reject(
                    "duplicate_label_names",
                    "stream '" + withDuplicates(pairs) + "' has duplicate label name: '" + duplicate + "'");
        }
    }

    private String withDuplicates(List<LabelText.Pair> pairs) {
        var all = new ArrayList<>(pairs);
        String service = labels.get("service_name");
        if (service != null && pairs.stream().noneMatch(p -> p.name().equals("service_name"))) {
            all.add(new LabelText.Pair("service_name", service));
        }
        all.sort(java.util.Comparator.comparing(LabelText.Pair::name));
        var out = new StringBuilder("{");
        for (var pair : all) {
            out.append(out.length() > 1 ? ", " : "").append(pair.name()).append('=');
            sigyn.model.GoQuote.quote(out, pair.value());
        }
        return out.append('}').toString();
    }

    /// The entries that follow belong to this stream. Names are legal.
    void begin(TreeMap<String, String> map) {
        closeStream();
        map.remove("__name__");
        int given = map.size();
        String named = map.getOrDefault("service_name", "");
        if (!limits.serviceNameLabels().isEmpty()) {
            if (!named.isEmpty()) {
                given--;
            } else {
                map.put("service_name", serviceName(map));
            }
        }
        open(Labels.of(map));
        if (check(given)) {
            demote();
            if (mayJoin(metadata.levelOf(labels))) {
                stream = batch.stream(labels);
            }
        }
    }

    private void open(Labels of) {
        labels = of;
        stream = -1;
        rejectedAs = "";
        streamLevel = null;
        streamEntries = 0;
    }

    /// The stream's labels are right; false, and the answer says so, when there may not be one more stream.
    private boolean mayJoin(@Nullable String level) {
        if (watching) {
            watched = watch.of(labels, limits);
            if (watched == null) {
                rejectedAs = "stream_limit";
                refusals.refuseStream(
                        429,
                        "maximum active stream limit exceeded when trying to create stream " + labels
                                + ", reduce the number of active streams (reduce labels or reduce label values), or"
                                + " contact your Loki administrator to see if the limit can be increased,"
                                + " user: '" + tenant
                                + "'");
                return false;
            }
        }
        streamLevel = level;
        serviceRate = limits.serviceRate(labels.valueOrEmpty("service_name"));
        return true;
    }

    private void demote() {
        demoted = limits.demoteAbove() == 0 || !limits.allowMetadata()
                ? Map.of()
                : demotion.of(labels, limits.demoteAbove());
        if (!demoted.isEmpty()) {
            labels = LabelDemotion.without(labels, demoted);
            for (String name : demoted.keySet()) {
                metrics.demotedLabels
                        .labelValues(tenant.id(), demotion.isOrdinary(name) ? name : "other")
                        .inc();
            }
        }
    }

    private String serviceName(Map<String, String> map) {
        for (String name : limits.serviceNameLabels()) {
            String value = map.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "unknown_service";
    }

    private boolean check(int given) {
        if (labels.isEmpty()) {
            return reject("missing_labels", "error at least one label pair is required per stream");
        }
        if (given > limits.maxLabelNames()) {
            return reject(
                    "max_label_names_per_series",
                    "entry for stream '" + labels + "' has " + given + " label names; limit " + limits.maxLabelNames());
        }
        for (int i = 0; i < labels.size(); i++) {
            if (labels.name(i).length() > limits.maxLabelNameLength()) {
                return reject(
                        "label_name_too_long",
                        "stream '" + labels + "' has label name too long: '" + labels.name(i) + "'");
            }
            if (EntryMetadata.utf8Length(labels.value(i)) > limits.maxLabelValueLength()) {
                return reject(
                        "label_value_too_long",
                        "stream '" + labels + "' has label value too long: '" + labels.value(i) + "'");
            }
        }
        var missing = limits.enforcedLabels().stream()
                .filter(name -> !labels.has(name))
                .toList();
        if (!missing.isEmpty()) {
            return reject(
                    "missing_enforced_labels",
                    "missing required labels '" + String.join(",", missing) + "' for user '" + tenant + "' for stream '"
                            + labels + "' (policy: '')");
        }
        return true;
    }

    private boolean reject(String reason, String message) {
        rejectedAs = reason;
        stream = -1;
        refusals.problem(message);
        return false;
    }

    /// One entry of the stream begun last. Metadata has raw names; null and an empty map are the same.
    void entry(long time, byte[] line, int offset, int length, @Nullable Map<String, String> rawMetadata) {
        Map<String, String> pairs =
                rawMetadata == null || rawMetadata.isEmpty() ? Map.of() : EntryMetadata.normalized(rawMetadata);
        int metadataSize = EntryMetadata.size(pairs);
        streamEntries++;
        if (stream < 0) {
            refusals.discard(rejectedAs, length + metadataSize);
            report(time, rejectedAs);
            return;
        }
        byte[] from = line;
        int at = offset;
        int n = length;
        if (n > limits.maxLineSize() && limits.maxLineSize() > 0 && limits.truncateLines()) {
            from = truncated(line, offset);
            at = 0;
            n = from.length;
            metrics.mutatedLines.labelValues("line_too_long", tenant.id()).inc();
            metrics.mutatedBytes.labelValues("line_too_long", tenant.id()).inc(length - n);
        }
        if (!check(time, n, rawMetadata == null ? 0 : rawMetadata.size(), metadataSize)) {
            report(time, lastReason);
            return;
        }
        long kept = limits.incrementDuplicates() ? moved(time, from, at, n) : time;
        if (!admitted(kept, n + metadataSize)) {
            return;
        }
        var all = demoted.isEmpty() ? pairs : withDemoted(pairs);
        batch.add(stream, kept, from, at, n, metadata.encoded(all, streamLevel, from, at, n));
        lines++;
        bytes += n + metadataSize;
        metadataBytes += metadataSize;
    }

    private boolean check(long time, int length, int pairs, int metadataSize) {
        if (limits.rejectOld() && time < now - limits.rejectOldAge().toNanos()) {
            return wrong(
                    "greater_than_max_sample_age",
                    length + metadataSize,
                    "entry for stream '" + labels + "' has timestamp too old: " + seconds(time)
                            + ", oldest acceptable timestamp is: "
                            + seconds(now - limits.rejectOldAge().toNanos()));
        }
        if (time > now + limits.gracePeriod().toNanos()) {
            return wrong(
                    "too_far_in_future",
                    length + metadataSize,
                    "entry for stream '" + labels + "' has timestamp too new: " + seconds(time));
        }
        if (length > limits.maxLineSize() && limits.maxLineSize() > 0) {
            return wrong(
                    "line_too_long",
                    length + metadataSize,
                    "max entry size '" + limits.maxLineSize() + "' bytes exceeded for stream '" + labels
                            + "' while adding an entry with length '" + length + "' bytes");
        }
        if (pairs == 0) {
            return true;
        }
        if (!limits.allowMetadata()) {
            return wrong(
                    "disallowed_structured_metadata",
                    length + metadataSize,
                    "stream '" + labels + "' includes structured metadata, but this feature is disallowed. Please see"
                            + " `limits_config.allow_structured_metadata` or contact your Loki"
                            + " administrator to enable it");
        }
        if (metadataSize > limits.metadataBytes()) {
            return wrong(
                    "structured_metadata_too_large",
                    length + metadataSize,
                    "stream '" + labels + "' has structured metadata too large: '" + metadataSize + "' bytes, limit: '"
                            + limits.metadataBytes()
                            + "' bytes. Please see `limits_config.max_structured_metadata_size` or contact your Loki"
                            + " administrator to increase it");
        }
        if (pairs > limits.metadataPairs()) {
            return wrong(
                    "structured_metadata_too_many",
                    length + metadataSize,
                    "stream '" + labels + "' has too many structured metadata labels: '" + pairs + "', limit: '"
                            + limits.metadataPairs()
                            + "'. Please see `limits_config.max_structured_metadata_entries_count` or contact your Loki"
                            + " administrator to increase it");
        }
        return true;
    }

    private Map<String, String> withDemoted(Map<String, String> pairs) {
        var out = EntryMetadata.normalized(demoted);
        out.putAll(pairs);
        return out;
    }

    private boolean wrong(String reason, int size, String message) {
        refusals.discard(reason, size);
        refusals.problem(message);
        lastReason = reason;
        return false;
    }

    /// Order and rate of the stream, as an ingester looks after them.
    private boolean admitted(long time, int size) {
        if (serviceRate > 0 && !quotas.take(labels.valueOrEmpty("service_name"), size, serviceRate)) {
            refuseEntry(
                    429,
                    "service_quota",
                    time,
                    size,
                    "quota of service '" + labels.valueOrEmpty("service_name") + "' exceeded (limit: " + serviceRate
                            + " bytes/sec)");
            return false;
        }
        var w = watched;
        if (w == null) {
            return true;
        }
        if (!w.takes(size, limits)) {
            refuseEntry(
                    429,
                    "per_stream_rate_limit",
                    time,
                    size,
                    "Per stream rate limit exceeded (limit: " + humanized(limits.streamRate())
                            + "/sec) while attempting to ingest for stream '" + labels + "' totaling " + size
                            + "B, consider splitting a stream via additional labels or contact your Loki administrator"
                            + " to see if the limit can be increased'");
            return false;
        }
        long window = limits.unorderedWindow().toNanos();
        if (window > 0) {
            long oldest = w.admit(time, window);
            if (time < oldest) {
                refuseEntry(
                        400,
                        window == 1 ? "out_of_order" : "too_far_behind",
                        time,
                        size,
                        window == 1
                                ? "entry out of order"
                                : "entry too far behind, entry timestamp is: " + seconds(time)
                                        + ", oldest acceptable timestamp is: " + seconds(oldest));
                return false;
            }
        }
        return true;
    }

    private void refuseEntry(int status, String reason, long time, int size, String why) {
        refusals.discard(reason, size);
        refusals.refuseEntry(status, time, why);
        report(time, reason);
    }

    private void report(long time, String reason) {
        refusals.report(labels, Math.max(0, streamsSeen - 1), streamEntries - 1, time, reason);
    }

    private void closeStream() {
        refusals.endStream(labels, streamEntries);
        watched = null;
    }

    private byte[] truncated(byte[] line, int offset) {
        byte[] mark = limits.truncateMark().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int max = (int) limits.maxLineSize();
        int keep = Math.max(0, max - mark.length);
        var out = java.util.Arrays.copyOfRange(line, offset, offset + keep + Math.min(mark.length, max));
        System.arraycopy(mark, 0, out, keep, out.length - keep);
        return out;
    }

    /// The time of an entry after the one before: a nanosecond later when times are equal and lines are not.
    private long moved(long time, byte[] line, int offset, int length) {
        boolean sameLine = lastLine.length == length
                && java.util.Arrays.equals(lastLine, 0, length, line, offset, offset + length);
        boolean first = streamEntries == 1;
        if (!first && !sameLine && (time == lastGivenTime || time == lastTime)) {
            lastTime++;
        } else {
            lastGivenTime = time;
            lastTime = time;
        }
        lastLine = java.util.Arrays.copyOfRange(line, offset, offset + length);
        return lastTime;
    }

    /// The entries to store; what was counted is now in the metrics.
    PushBatch batch() {
        if (streamsSeen == 0) {
            throw new UnprocessableException("error at least one valid stream is required for ingestion");
        }
        closeStream();
        refusals.count(metrics, format);
        return batch;
    }

    /// The entries, once they were asked for with [#batch].
    PushBatch stored() {
        return batch;
    }

    int lines() {
        return lines;
    }

    long bytes() {
        return bytes;
    }

    long metadataBytes() {
        return metadataBytes;
    }

    /// The answer when the good entries are stored.
    PushStatus status() {
        return refusals.status(lines);
    }

    private static String seconds(long time) {
        return Times.seconds(time);
    }

    private static String humanized(long bytes) {
        return bytes % (1 << 20) == 0
                ? (bytes >> 20) + "MB"
                : bytes % (1 << 10) == 0 ? (bytes >> 10) + "KB" : bytes + "B";
    }
}
