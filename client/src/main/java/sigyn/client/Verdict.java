package sigyn.client;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What an answer means for a batch.
sealed interface Verdict {
    /// All lines but `refused` are stored.
    record Stored(int refused) implements Verdict {}

    /// Worth repeating, not before `after` if given.
    record Later(Optional<Duration> after) implements Verdict {}

    /// The request is too large, the lines may be fine.
    record Split() implements Verdict {}

    /// Something in it is refused for good, the answer does not say what.
    record Refused() implements Verdict {}

    /// The credentials are not accepted.
    record Unauthorized(String authorization) implements Verdict {}

    /// The server takes no structured metadata; the lines are fine without.
    record WithoutMetadata() implements Verdict {}

    Pattern GROUPED = Pattern.compile("(\\d{1,9}) errors like");
    Pattern IGNORED = Pattern.compile("total ignored: (\\d{1,9}) out of");
    /// How a server begins the one complaint about one entry.
    Pattern ONE_ENTRY = Pattern.compile("^(entry for stream|entry with timestamp|max entry size)");

    static Verdict of(Reply reply, int lines) {
        int status = reply.status();
        if (status == 260) return new Stored(lines);
        if (status >= 200 && status < 300)
            return new Stored(Math.min(lines, reply.refused().orElse(0)));
        return switch (status) {
            case 408, 429, 500, 502, 503, 504 -> new Later(reply.retryAfter());
            case 413 -> new Split();
            case 401, 403 -> new Unauthorized(reply.authorization());
            case 400, 422 -> badRequest(reply, lines);
            default -> new Stored(lines);
        };
    }

    /// Loki answers 400 and keeps the good lines when some are bad; its text says how many.
    private static Verdict badRequest(Reply reply, int lines) {
        String text = reply.text();
        if (text.contains("structured metadata")
                && text.toLowerCase(Locale.ROOT).contains("disallowed")) {
            return new WithoutMetadata();
        }
        if (reply.refused().isPresent())
            return new Stored(Math.min(lines, reply.refused().get()));
        int counted = sum(GROUPED, text) + sum(IGNORED, text);
        if (counted > 0) return new Stored(Math.min(lines, counted));
        return ONE_ENTRY.matcher(text).find() ? new Stored(1) : new Refused();
    }

    private static int sum(Pattern pattern, String text) {
        long sum = 0;
        var found = pattern.matcher(text);
        while (found.find()) sum += Long.parseLong(found.group(1));
        return (int) Math.min(sum, Integer.MAX_VALUE);
    }
}
