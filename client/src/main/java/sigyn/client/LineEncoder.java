package sigyn.client;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes an event as its JSON line: `{"timestamp", "level", "message", "hostname", "service", …}`. A line over
/// [LineLimit#BYTES] is written again with shorter values. One thread.
final class LineEncoder {
    private static final Set<String> RESERVED =
            Set.of("timestamp", "level", "message", "hostname", "service", "logger", "thread", "exception");
    private static final int[] VALUE_LIMITS = {Integer.MAX_VALUE, 100_000, 40_000, 10_000, 2000, 400, 100};
    private static final byte[] TIMESTAMP = ascii("{\"timestamp\":\"");
    private static final byte[] LEVEL = ascii("Z\",\"level\":\"");
    private static final byte[] MESSAGE = ascii("\",\"message\":");

    private final byte[] origin;
    private final Utf8Json line = new Utf8Json(1024);
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    LineEncoder(ClientConfig config) {
        var json = new Utf8Json(128);
        json.ascii(",\"hostname\":");
        json.quoted(config.hostname());
        json.ascii(",\"service\":");
        json.quoted(config.service());
        origin = Arrays.copyOf(json.bytes(), json.size());
    }

    /// The line; valid until the next call.
    ///
    /// @param metadataInLine write metadata as members too
    Utf8Json encode(Line event, boolean metadataInLine) {
        for (int limit : VALUE_LIMITS) {
            write(event, metadataInLine, limit, Integer.MAX_VALUE);
            if (line.size() <= LineLimit.BYTES) return line;
        }
        write(event, metadataInLine, 100, 100);
        return line;
    }

    private void write(Line event, boolean metadataInLine, int valueLimit, int memberLimit) {
        line.truncate(0);
        line.raw(TIMESTAMP);
        time(event.timeNanos);
        line.raw(LEVEL);
        line.ascii(event.level.name());
        line.raw(MESSAGE);
        line.quoted(LogEvent.cut(event.message, valueLimit));
        line.raw(origin);
        if (event.logger != null) member("logger", LogEvent.cut(event.logger, valueLimit));
        if (event.thread != null) member("thread", LogEvent.cut(event.thread, valueLimit));
        int members = 0;
        for (int i = 0; i < event.fieldsEnd && members++ < memberLimit; i += 2) {
            extra(String.valueOf(event.fields[i]), event.fields[i + 1], valueLimit);
        }
        for (int i = 0; metadataInLine && i < event.metadataEnd && members++ < memberLimit; i += 2) {
            extra(event.metadata[i], event.metadata[i + 1], valueLimit);
        }
        if (event.thrown != null) member("exception", LogEvent.cut(event.thrown, valueLimit));
        line.raw('}');
    }

    private void extra(String name, @Nullable Object value, int valueLimit) {
        line.raw(',');
        line.quoted(RESERVED.contains(name) ? name + "_" : LogEvent.cut(name, 256));
        line.raw(':');
        if (value instanceof String text) line.quoted(LogEvent.cut(text, valueLimit));
        else if (value instanceof JsonText json && json.text().length() <= valueLimit) line.json(json.text());
        else if (value instanceof JsonText json) line.quoted(LogEvent.cut(json.text(), valueLimit));
        else if (value instanceof Integer number && number >= 0) line.decimal(number);
        else line.ascii(String.valueOf(value));
    }

    private void member(String name, String value) {
        line.raw(',');
        line.raw('"');
        line.ascii(name);
        line.raw('"');
        line.raw(':');
        line.quoted(value);
    }

    /// `2026-01-31T12:00:00.123456`, UTC, microseconds.
    private void time(long nanos) {
        long seconds = Math.floorDiv(nanos, 1_000_000_000L);
        if (seconds != second) {
            var time = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
            secondText = DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
            second = seconds;
        }
        line.ascii(secondText);
        line.raw('.');
        int micros = (int) (Math.floorMod(nanos, 1_000_000_000L) / 1000);
        for (int unit = 100_000; unit > 0; unit /= 10) line.raw((char) ('0' + micros / unit % 10));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
