package sigyn.server.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.ingest.BlockedException;
import sigyn.server.ingest.Ingest;
import sigyn.server.ingest.PushStatus;
import sigyn.server.ingest.TooLargeException;
import sigyn.server.ingest.UnprocessableException;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.Storage;

/// The endpoints that take logs: Loki's push and OpenTelemetry's. Messages are text that ends with a newline; those of
/// OpenTelemetry are `google.rpc.Status` messages.
final class PushApi {
    private static final String BATCH_ID = "X-Sigyn-Batch-Id";

    /// Asked for by `Accept`: the report of a push that was not taken whole.
    static final String REPORT_TYPE = "application/vnd.sigyn.push-report+json";

    private final Ingest ingest;
    private final Storage storage;
    private final Metrics metrics;

    PushApi(Ingest ingest, Storage storage, Metrics metrics) {
        this.ingest = ingest;
        this.storage = storage;
        this.metrics = metrics;
    }

    /// JSON when the content type says so, else protobuf in a snappy block.
    Response push(Request request) throws InterruptedException {
        try {
            String type = mediaType(request.header("Content-Type"));
            String encoding = request.headers().firstOr("Content-Encoding", "");
            var tenant = Caller.of(request).single();
            String batch = request.headers().firstOr(BATCH_ID, "");
            if (isRepeated(tenant, batch, request)) {
                return Response.of(204);
            }
            var status = type.equals("application/json")
                    ? ingest.json(tenant, request.body(), encoding, batch)
                    : ingest.protobuf(tenant, request.body(), encoding, batch);
            return answer(request, status);
        } catch (TooLargeException e) {
            return Response.text(413, e.getMessage() + "\n");
        } catch (UnprocessableException e) {
            return Response.text(422, e.getMessage() + "\n");
        } catch (BlockedException e) {
            return e.status() == 200 ? Response.of(200) : Response.text(e.status(), e.getMessage() + "\n");
        } catch (SigynException e) {
            if (e.kind() == ErrorKind.BAD_REQUEST) {
                return Response.text(400, e.getMessage() + "\n");
            }
            throw e;
        }
    }

    /// True when the sender repeats what is stored, because it has not heard the answer. Only the name counts: limits
    /// and the clock may have moved since.
    private boolean isRepeated(Tenant tenant, String batch, Request request) {
        if (batch.isEmpty() || !storage.holds(tenant, batch)) {
            return false;
        }
        try {
            request.body().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        metrics.repeatedBatches.labelValues(tenant.id()).inc();
        return true;
    }

    /// Loki's text, or for those who ask for it a report that names each entry that was not taken.
    private static Response answer(Request request, PushStatus status) {
        if (status.status() == 204) {
            return Response.of(204);
        }
        return request.headers().firstOr("Accept", "").contains(REPORT_TYPE)
                ? Response.of(status.status(), REPORT_TYPE, report(status))
                : Response.text(status.status(), status.message());
    }

    private static byte[] report(PushStatus status) {
        var json = new JsonText()
                .raw("{\"error\":")
                .string(status.message().strip())
                .raw(",\"stored\":")
                .number(status.stored())
                .raw(",\"refusedEntries\":")
                .number(status.refusedEntries())
                .raw(",\"refused\":[");
        boolean first = true;
        for (var refused : status.refused()) {
            json.raw(first ? "" : ",")
                    .raw("{\"stream\":")
                    .string(refused.stream())
                    .raw(",\"streamIndex\":")
                    .number(refused.streamIndex())
                    .raw(",\"entry\":")
                    .number(refused.entry())
                    .raw(",\"timestamp\":\"")
                    .number(refused.time())
                    .raw("\",\"reason\":")
                    .string(refused.reason())
                    .raw(",\"message\":")
                    .string(refused.message())
                    .raw('}');
            first = false;
        }
        return json.raw("]}\n").toBytes();
    }

    /// OpenTelemetry's logs over HTTP, in protobuf or in JSON.
    Response otlp(Request request) throws InterruptedException {
        try {
            String type = mediaType(request.header("Content-Type"));
            boolean json = type.equals("application/json");
            if (!json && !type.equals("application/x-protobuf")) {
                return refusal(400, "content type: " + request.header("Content-Type") + " is not supported");
            }
            String encoding = request.headers().firstOr("Content-Encoding", "");
            var tenant = Caller.of(request).single();
            String batch = request.headers().firstOr(BATCH_ID, "");
            if (isRepeated(tenant, batch, request)) {
                return Response.of(204);
            }
            var status = ingest.otlp(tenant, request.body(), encoding, json, batch);
            return status.status() == 204
                    ? Response.of(204)
                    : refusal(status.status(), status.message().strip());
        } catch (TooLargeException e) {
            return refusal(413, e.getMessage());
        } catch (UnprocessableException e) {
            return refusal(422, e.getMessage());
        } catch (BlockedException e) {
            return e.status() == 200 ? Response.of(200) : refusal(e.status(), e.getMessage());
        } catch (SigynException e) {
            return switch (e.kind()) {
                case BAD_REQUEST, LIMIT_EXCEEDED, NOT_FOUND -> refusal(400, e.getMessage());
                case OVERLOADED, TIMEOUT, CANCELLED, OPERATOR, BUG -> refusal(503, e.getMessage());
            };
        }
    }

    /// A `google.rpc.Status`: field 1 code, left at 0 as Loki does, field 2 message.
    private static Response refusal(int status, @Nullable String message) {
        byte[] text = String.valueOf(message).getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream(text.length + 6);
        out.write(0x12);
        int length = text.length;
        while (length > 0x7f) {
            out.write(length & 0x7f | 0x80);
            length >>>= 7;
        }
        out.write(length);
        out.writeBytes(text);
        var response = Response.of(status, "application/octet-stream", out.toByteArray());
        return status == 503 ? response.header("Retry-After", "1") : response;
    }

    /// The type without its parameters, in lower case. A header that is not one is the sender's error.
    private static String mediaType(@Nullable String header) {
        if (header == null || header.isBlank()) {
            throw SigynException.badRequest("mime: no media type");
        }
        String[] parts = header.split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            if (!parts[i].isBlank() && parts[i].indexOf('=') < 1) {
                throw SigynException.badRequest("mime: invalid media parameter");
            }
        }
        return parts[0].strip().toLowerCase(Locale.ROOT);
    }
}
