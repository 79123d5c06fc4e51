package sigyn.server.ingest;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Times as Loki's messages show them.
final class Times {
    private static final DateTimeFormatter GO = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private Times() {}

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    /// `2026-11-20T12:00:00Z`
    static String seconds(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L)).toString();
    }

    /// `2026-11-20 12:00:00.5 +0000 UTC`
    static String goText(long nanos) {
        var time = instant(nanos).atOffset(ZoneOffset.UTC);
        String fraction = time.getNano() == 0
                ? ""
                : "." + String.format("%09d", time.getNano()).replaceAll("0+$", "");
        return GO.format(time) + fraction + " +0000 UTC";
    }
}
