package sigyn.server.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.logql.exec.Entry;
import sigyn.model.Labels;
import sigyn.server.http.WebSocketEndpoint.Peer;
import sigyn.server.telemetry.Metrics;

/// Writes entries of a tail as frames in one of two forms, at most a hundred in each.
final class TailFrames {
    static final int MOST = 100;
    private static final int MOST_DROPPED = 1000;

    private final Peer peer;
    private final Form form;
    private final Metrics metrics;
    private final Clock clock;

    /// What a frame looks like.
    enum Form {
        PLAIN,
        /// Labels in their categories.
        CATEGORIZED,
        /// Of old: times in words, labels as a selector.
        LEGACY
    }

    TailFrames(Peer peer, Form form, Metrics metrics, Clock clock) {
        this.peer = peer;
        this.form = form;
        this.metrics = metrics;
        this.clock = clock;
    }

    /// Sends entries in as many frames as it takes. Lines may have been lost while none of those that are left passes
    /// the filters.
    void send(List<Entry> entries, long dropped) throws IOException, InterruptedException {
        int frames = Math.max((entries.size() + MOST - 1) / MOST, dropped > 0 ? 1 : 0);
        for (int frame = 0; frame < frames; frame++) {
            int from = frame * MOST;
            frame(entries.subList(from, Math.min(entries.size(), from + MOST)), from == 0 ? dropped : 0, null);
        }
    }

    /// Sends one frame, with the cursor that comes after it.
    void send(List<Entry> entries, TailCursor cursor) throws IOException, InterruptedException {
        frame(entries, 0, cursor);
    }

    private void frame(List<Entry> entries, long dropped, @Nullable TailCursor cursor)
            throws IOException, InterruptedException {
        var json = new JsonText().raw("{\"streams\":[");
        if (form == Form.LEGACY) {
            LegacyJson.streams(json, entries);
            json.raw("],\"dropped_entries\":null");
        } else {
            streams(json, entries);
            json.raw(']');
            if (form == Form.CATEGORIZED) {
                json.raw(",\"encodingFlags\":[\"categorize-labels\"]");
            }
            if (dropped > 0) {
                dropped(json, entries, dropped);
            }
        }
        if (cursor != null) {
            json.raw(",\"cursor\":").string(cursor.token());
        }
        byte[] text = json.raw('}').toBytes();
        metrics.tailBytes.inc(text.length);
        peer.send(new String(text, StandardCharsets.UTF_8));
    }

    private void streams(JsonText json, List<Entry> entries) {
        boolean categorize = form == Form.CATEGORIZED;
        boolean first = true;
        for (var entry : entries) {
            json.raw(first ? "{\"stream\":" : ",{\"stream\":");
            first = false;
            QueryJson.labels(json, categorize ? entry.stream() : entry.labels());
            json.raw(",\"values\":[[\"").number(entry.time()).raw("\",").string(entry.line());
            if (categorize) {
                QueryJson.categories(json.raw(','), entry);
            }
            json.raw("]]}");
        }
    }

    private void dropped(JsonText json, List<Entry> entries, long dropped) {
        json.raw(",\"dropped_entries\":[");
        Labels labels = entries.isEmpty() ? Labels.EMPTY : entries.getLast().stream();
        long time = entries.isEmpty()
                ? clock.millis() * 1_000_000L
                : entries.getLast().time();
        for (long i = 0; i < Math.min(dropped, MOST_DROPPED); i++) {
            QueryJson.labels(json.raw(i > 0 ? ",{\"labels\":" : "{\"labels\":"), labels);
            json.raw(",\"timestamp\":\"").number(time).raw("\"}");
        }
        json.raw(']');
    }
}
