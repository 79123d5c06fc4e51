package sigyn.server.ingest;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipException;
import sigyn.codec.BufferPool;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.server.config.IngestLimits;
import sigyn.server.config.LokiConfig;
import sigyn.server.config.Overrides;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.port.PushBatch;
import tools.jackson.core.exc.JacksonIOException;

/// The way in for everything that is pushed: unpacks, decodes, checks, stores. Returns when the entries are stored,
/// with the answer for the sender. Called by many threads.
public final class Ingest {
    /// Where batches go; returns when they are on disk.
    @FunctionalInterface
    public interface Sink {
        void append(Tenant tenant, PushBatch batch) throws InterruptedException;
    }

    private static final int SOME_BYTES = 16 << 10;
    /// However small the heap is, bodies may have so many bytes.
    private static final int LEAST_BODY = 4 << 20;

    private final Sink sink;
    private final Overrides limits;
    private final Metrics metrics;
    private final Clock clock;
    private final long mostPacked;
    private final long mostUnpacked;
    private final DecodeRoom room;
    private final BufferPool buffers = new BufferPool();
    private final BatchPool batches = new BatchPool();
    private final Map<Tenant, Watches> watches = new ConcurrentHashMap<>();

    public Ingest(LokiConfig.Push sizes, Overrides limits, Sink sink, Metrics metrics, Clock clock) {
        this.sink = sink;
        this.limits = limits;
        this.metrics = metrics;
        this.clock = clock;
        long most = Math.max(LEAST_BODY, Runtime.getRuntime().maxMemory() / 32);
        this.mostPacked = Math.min(sizes.maxReceived(), most);
        this.mostUnpacked = Math.min(sizes.maxDecompressed(), most);
        this.room = new DecodeRoom(most);
    }

    /// A body of Loki's JSON. `encoding` is the request's Content-Encoding, empty when there is none.
    public PushStatus json(Tenant tenant, InputStream body, String encoding) throws InterruptedException {
        return json(tenant, body, encoding, "");
    }

    /// The same of a batch with a name, by which its sender may send it again.
    public PushStatus json(Tenant tenant, InputStream body, String encoding, String batch) throws InterruptedException {
        var intake = intake(tenant, "json", SOME_BYTES);
        try (var space = room.open()) {
            var in = Bodies.unpack(body, encoding.equals("snappy") ? "" : known(encoding), mostPacked, mostUnpacked);
            JsonPush.read(space.counting(in), intake);
            return store(tenant, "json", intake, batch);
        } catch (TooLargeException e) {
            metrics.discardedBytes
                    .labelValues("request_body_too_large", tenant.id(), "", "", "json")
                    .inc(mostPacked);
            throw SigynException.badRequest(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw broken(e);
        } catch (JacksonIOException e) {
            throw broken(e.getCause() == null ? e : e.getCause());
        }
    }

    /// A body of Loki's protobuf, a snappy block, possibly packed once more.
    public PushStatus protobuf(Tenant tenant, InputStream body, String encoding) throws InterruptedException {
        return protobuf(tenant, body, encoding, "");
    }

    public PushStatus protobuf(Tenant tenant, InputStream body, String encoding, String batch)
            throws InterruptedException {
        byte[] packedRoom = buffers.take();
        byte[] messageRoom = buffers.take();
        try (var space = room.open()) {
            var in = Bodies.unpack(body, encoding.equals("snappy") ? "" : known(encoding), mostPacked, mostUnpacked);
            var packed = Bodies.readAll(space.counting(in), packedRoom);
            packedRoom = packed.bytes();
            space.take(Bodies.snappyLength(packed));
            var message = Bodies.snappy(packed, mostUnpacked, messageRoom);
            messageRoom = message.bytes();
            return store(tenant, "protobuf", decode(tenant, message.bytes(), message.length()), batch);
        } catch (IOException e) {
            throw broken(e);
        } finally {
            buffers.give(packedRoom);
            buffers.give(messageRoom);
        }
    }

    /// Loki's protobuf message itself, as gRPC carries it.
    public PushStatus message(Tenant tenant, byte[] message) throws InterruptedException {
        return store(tenant, "protobuf", decode(tenant, message, message.length), "");
    }

    private Intake decode(Tenant tenant, byte[] message, int length) {
        var intake = intake(tenant, "protobuf", length);
        ProtobufPush.read(message, length, intake);
        return intake;
    }

    /// OpenTelemetry's logs as `ExportLogsServiceRequest`, in protobuf or in JSON.
    public PushStatus otlp(Tenant tenant, InputStream body, String encoding, boolean json) throws InterruptedException {
        return otlp(tenant, body, encoding, json, "");
    }

    public PushStatus otlp(Tenant tenant, InputStream body, String encoding, boolean json, String batch)
            throws InterruptedException {
        switch (encoding) {
            case "", "gzip", "zstd", "lz4" -> {}
            default ->
                throw SigynException.badRequest(
                        "unsupported content encoding " + encoding + ": only gzip, lz4 and zstd are supported");
        }
        try (var space = room.open()) {
            byte[] message = space.counting(Bodies.unpack(body, encoding, mostPacked, mostUnpacked))
                    .readAllBytes();
            return otlp(tenant, message, json, batch);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    public PushStatus otlp(Tenant tenant, byte[] message, boolean json) throws InterruptedException {
        return otlp(tenant, message, json, "");
    }

    private PushStatus otlp(Tenant tenant, byte[] message, boolean json, String batch) throws InterruptedException {
        var intake = intake(tenant, "otlp", message.length);
        var logs = json ? OtlpJson.read(message) : OtlpProtobuf.read(message);
        new OtlpIntake(intake).accept(logs);
        return store(tenant, "otlp", intake, batch);
    }

    private static String known(String encoding) {
        return switch (encoding) {
            case "", "gzip", "deflate" -> encoding;
            default ->
                throw SigynException.badRequest(
                        "Content-Encoding " + sigyn.model.GoQuote.quote(encoding) + " not supported");
        };
    }

    private static SigynException broken(Throwable e) {
        return switch (e) {
            case TooLargeException tooLarge -> throw tooLarge;
            case EOFException _ -> SigynException.badRequest("unexpected EOF");
            case ZipException zip
            when String.valueOf(zip.getMessage()).contains("GZIP") -> SigynException.badRequest("gzip: invalid header");
            case ZipException zip -> SigynException.badRequest("flate: corrupt input: " + zip.getMessage());
            case IOException io -> throw new UncheckedIOException(io);
            default -> throw new AssertionError(e);
        };
    }

    private Intake intake(Tenant tenant, String format, int expectedBytes) {
        var tenantLimits = limits.of(tenant).ingest();
        var now = clock.instant();
        if (now.isBefore(tenantLimits.blockedUntil())) {
            throw new BlockedException(
                    tenantLimits.blockedStatus(),
                    "ingestion blocked for user '" + tenant + "' until '" + tenantLimits.blockedUntil()
                            + "' with status code '" + tenantLimits.blockedStatus() + "'");
        }
        return new Intake(
                tenant, format, tenantLimits, now, watches(tenant, tenantLimits), batches.take(expectedBytes), metrics);
    }

    /// Labels of the tenant that had too many values lately, so that new ones became structured metadata.
    public SortedSet<String> demotedLabels(Tenant tenant) {
        var watched = watches.get(tenant);
        return watched == null
                ? Collections.emptySortedSet()
                : watched.demotion().names();
    }

    private Watches watches(Tenant tenant, IngestLimits tenantLimits) {
        return watches.computeIfAbsent(tenant, _ -> Watches.of(clock, tenantLimits));
    }

    private PushStatus store(Tenant tenant, String format, Intake intake, String name) throws InterruptedException {
        PushBatch batch = intake.batch();
        if (intake.status().status() == 204) {
            batch.named(name);
        }
        long size = intake.bytes();
        var tenantLimits = intake.limits();
        if (tenantLimits.ingestionRate() > 0
                && !watches(tenant, tenantLimits)
                        .rate()
                        .take(size, tenantLimits.ingestionRate(), tenantLimits.ingestionBurst())) {
            metrics.discardedLines
                    .labelValues("rate_limited", tenant.id(), "", "", format)
                    .inc(intake.lines());
            metrics.discardedBytes
                    .labelValues("rate_limited", tenant.id(), "", "", format)
                    .inc(size);
            return new PushStatus(
                    429,
                    "ingestion rate limit exceeded for user " + tenant + " (limit: " + tenantLimits.ingestionRate()
                            + " bytes/sec) while attempting to ingest '" + intake.lines() + "' lines totaling '" + size
                            + "' bytes, reduce log volume or contact your Loki administrator to see if the limit can be"
                            + " increased\n");
        }
        if (batch.rows() > 0) {
            try {
                sink.append(tenant, batch);
            } catch (RuntimeException e) {
                metrics.appendFailures.labelValues("local").inc();
                throw e;
            }
            intake.remember();
            metrics.appends.labelValues("local").inc();
            count(tenant, format, intake);
        }
        var status = intake.status();
        batches.give(batch);
        return status;
    }

    private void count(Tenant tenant, String format, Intake intake) {
        metrics.lineSizes.add(intake.stored());
        metrics.bytesReceived.labelValues(tenant.id(), "", "false", "", format).inc(intake.bytes());
        metrics.linesReceived.labelValues(tenant.id(), "false", "", format).inc(intake.lines());
        metrics.metadataBytesReceived
                .labelValues(tenant.id(), "", "false", "", format)
                .inc(intake.metadataBytes());
    }
}
