import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.resources.Resource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Three lines through each of OpenTelemetry's exporters: `java OpenTelemetrySender.java HTTP_URL GRPC_URL`.
class OpenTelemetrySender {
    public static void main(String[] args) {
        for (String compression : List.of("none", "gzip")) {
            send(
                    "otel-http-" + compression,
                    OtlpHttpLogRecordExporter.builder()
                            .setEndpoint(args[0] + "/otlp/v1/logs")
                            .setCompression(compression)
                            .build());
            send(
                    "otel-grpc-" + compression,
                    OtlpGrpcLogRecordExporter.builder()
                            .setEndpoint(args[1])
                            .setCompression(compression)
                            .build());
        }
    }

    private static void send(String service, LogRecordExporter exporter) {
        try (var provider = SdkLoggerProvider.builder()
                .setResource(Resource.create(Attributes.builder()
                        .put("service.name", service)
                        .put("host.name", "box")
                        .build()))
                .addLogRecordProcessor(BatchLogRecordProcessor.builder(exporter).build())
                .build()) {
            var logger = provider.loggerBuilder("checkout")
                    .setInstrumentationVersion("1.2")
                    .build();
            for (String text : List.of("first", "zweite Zeile: Grüße \u2713\nat the next line\twith a tab", "third")) {
                logger.logRecordBuilder()
                        .setSeverity(text.startsWith("zweite") ? Severity.ERROR : Severity.INFO)
                        .setBody(text)
                        .setAttribute(AttributeKey.longKey("http.status_code"), 502L)
                        .emit();
            }
            if (!provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess()) {
                throw new IllegalStateException(service + " was not sent");
            }
        }
    }
}
