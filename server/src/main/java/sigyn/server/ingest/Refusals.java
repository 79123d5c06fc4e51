package sigyn.server.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.server.telemetry.Metrics;

/// What of one request was not taken and why, on its way into the answer and the metrics. For one thread.
///
/// Two kinds of messages are kept apart, as in Loki: *problems*, which say what is wrong with labels and entries, are
/// grouped, and come before all else; a stream or an entry that is *refused* came at a wrong time or too fast.
final class Refusals {
    private static final int MOST_PROBLEMS = 100;
    private static final int MOST_ENTRIES_OF_STREAM = 10;
    private static final int MOST_TEXT = 64 << 10;

    private record Discarded(long entries, long bytes) {}

    private final Tenant tenant;
    private final Map<String, Integer> problems = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();
    private final List<PushStatus.Refused> reported = new ArrayList<>();
    private final Map<String, Discarded> discarded = new HashMap<>();
    private int status;
    private int entries;
    private String lastMessage = "";
    private String textOfStream = "";
    private int entriesOfStream;

    Refusals(Tenant tenant) {
        this.tenant = tenant;
    }

    /// What was said last.
    String lastMessage() {
        return lastMessage;
    }

    void problem(String message) {
        lastMessage = message;
        if (problems.size() < MOST_PROBLEMS || problems.containsKey(message)) {
            problems.merge(message, 1, Integer::sum);
        }
    }

    void refuseStream(int withStatus, String message) {
        status = withStatus;
        lastMessage = message;
        if (text.length() < MOST_TEXT) {
            text.append(message).append('\n');
        }
    }

    void refuseEntry(int withStatus, long time, String why) {
        status = withStatus;
        lastMessage = why;
        if (entriesOfStream++ < MOST_ENTRIES_OF_STREAM) {
            textOfStream += "entry with timestamp " + Times.goText(time) + " ignored, reason: '" + why + "',\n";
        }
    }

    /// Counts an entry as not taken for the metrics.
    void discard(String reason, int size) {
        discarded.merge(
                reason, new Discarded(1, size), (a, b) -> new Discarded(a.entries + b.entries, a.bytes + b.bytes));
    }

    /// Counts an entry as not taken and names it, with what was said last, to those who ask for a report.
    ///
    /// @param stream index of the stream in the request
    /// @param entry index in its stream
    void report(Labels labels, int stream, int entry, long time, String reason) {
        entries++;
        if (reported.size() < PushStatus.MOST_REPORTED) {
            reported.add(new PushStatus.Refused(labels.toString(), stream, entry, time, reason, lastMessage));
        }
    }

    /// Sums up the entries of a stream that were refused.
    ///
    /// @param of entries that the stream had
    void endStream(Labels labels, int of) {
        if (entriesOfStream > 0 && text.length() < MOST_TEXT) {
            text.append(textOfStream)
                    .append("user '")
                    .append(tenant)
                    .append("', total ignored: ")
                    .append(entriesOfStream)
                    .append(" out of ")
                    .append(of)
                    .append(" for stream: ")
                    .append(labels)
                    .append('\n');
        }
        textOfStream = "";
        entriesOfStream = 0;
    }

    /// Adds what was discarded to the metrics.
    void count(Metrics metrics, String format) {
        discarded.forEach((reason, sum) -> {
            metrics.discardedLines
                    .labelValues(reason, tenant.id(), "", "", format)
                    .inc(sum.entries);
            metrics.discardedBytes
                    .labelValues(reason, tenant.id(), "", "", format)
                    .inc(sum.bytes);
        });
    }

    /// The answer when all other entries, so many, are stored.
    PushStatus status(int stored) {
        if (!problems.isEmpty()) {
            return new PushStatus(400, grouped(), stored, entries, reported);
        }
        if (!text.isEmpty()) {
            return new PushStatus(status, text.toString(), stored, entries, reported);
        }
        return PushStatus.STORED;
    }

    private String grouped() {
        if (problems.size() == 1 && problems.values().iterator().next() == 1) {
            return problems.keySet().iterator().next() + "\n";
        }
        var out = new StringBuilder();
        problems.forEach((message, count) -> out.append(out.isEmpty() ? "" : "; ")
                .append(count)
                .append(" errors like: ")
                .append(message));
        return out.append('\n').toString();
    }
}
