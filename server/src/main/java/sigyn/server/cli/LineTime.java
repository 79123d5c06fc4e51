package sigyn.server.cli;

import java.time.LocalDate;
import java.time.YearMonth;

/// The time that a line itself tells: the first date with a time of day in it, as RFC 3339 writes them. A blank may
/// stand for the `T`, a comma for the point; without a zone it is UTC.
final class LineTime {
    static final long NONE = Long.MIN_VALUE;

    private static final int SECONDS_END = "2006-01-02T15:04:05".length();
    private static final int MAX_YEAR = 2261;

    private LineTime() {}

    /// Nanoseconds since 1970, or [#NONE].
    static long find(byte[] line, int length) {
        for (int at = 0; at + SECONDS_END <= length; at++) {
            if (line[at + 4] == '-' && line[at + 7] == '-' && line[at + 13] == ':' && line[at + 16] == ':') {
                long nanos = read(line, at, length);
                if (nanos != NONE) {
                    return nanos;
                }
            }
        }
        return NONE;
    }

    private static long read(byte[] line, int at, int length) {
        int year = number(line, at, 4);
        int month = number(line, at + 5, 2);
        int day = number(line, at + 8, 2);
        int hour = number(line, at + 11, 2);
        int minute = number(line, at + 14, 2);
        int second = number(line, at + 17, 2);
        byte between = line[at + 10];
        boolean isTime = (between == 'T' || between == 't' || between == ' ')
                && year >= 1970
                && year <= MAX_YEAR
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= YearMonth.of(year, month).lengthOfMonth()
                && hour >= 0
                && hour <= 23
                && minute >= 0
                && minute <= 59
                && second >= 0
                && second <= 60;
        if (!isTime) {
            return NONE;
        }
        long seconds = LocalDate.of(year, month, day).toEpochDay() * 86_400 + hour * 3_600L + minute * 60L + second;
        long fraction = 0;
        int next = at + SECONDS_END;
        if (next + 1 < length && (line[next] == '.' || line[next] == ',') && isDigit(line[next + 1])) {
            next++;
            for (int digits = 0; digits < 9; digits++) {
                fraction = fraction * 10 + (next < length && isDigit(line[next]) ? line[next++] - '0' : 0);
            }
            while (next < length && isDigit(line[next])) {
                next++;
            }
        }
        return (seconds - zoneSeconds(line, next, length)) * 1_000_000_000L + fraction;
    }

    /// `+02:00` or `+0200`; anything else counts as UTC.
    private static int zoneSeconds(byte[] line, int at, int length) {
        if (at + 5 > length || line[at] != '+' && line[at] != '-') {
            return 0;
        }
        int minuteAt = line[at + 3] == ':' ? at + 4 : at + 3;
        int hours = number(line, at + 1, 2);
        int minutes = minuteAt + 2 <= length ? number(line, minuteAt, 2) : -1;
        if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
            return 0;
        }
        return (line[at] == '-' ? -1 : 1) * (hours * 3_600 + minutes * 60);
    }

    /// The number of so many digits, or -1.
    private static int number(byte[] line, int at, int digits) {
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            if (!isDigit(line[i])) {
                return -1;
            }
            value = value * 10 + line[i] - '0';
        }
        return value;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
