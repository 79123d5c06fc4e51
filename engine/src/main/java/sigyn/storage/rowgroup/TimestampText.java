package sigyn.storage.rowgroup;

/// Dates with a time of day as log lines write them, read as ticks. [TimestampWriter] is the way back.
///
/// A tick is the last digit's unit: a second, or `10^-f` seconds with `f` digits of fraction. A format is one number:
///
/// ```
/// bits 0-2   layout
/// bits 3-4   date separator: 0 '-', 1 '/'
/// bits 5-6   between date and time: 0 'T', 1 ' ', 2 '_'
/// bit  7     fraction mark: 0 '.', 1 ','
/// bits 8-11  digits of fraction, 0 to 9
/// ```
/// Only text that [TimestampWriter] gives back byte for byte is recognised. Calendar arithmetic follows Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms".
final class TimestampText {
    /// `2026-11-22T10:11:12`, with the separators of the format.
    static final int ISO = 0;
    /// `22/Nov/2026:10:11:12`
    static final int CLF = 1;
    /// `Nov 02 10:11:12`; the year is that of the entry.
    static final int SYSLOG = 2;
    /// `Nov  2 10:11:12`
    static final int SYSLOG_BLANK = 3;
    /// `Nov 02 10:11:12 2026`
    static final int CTIME = 4;
    /// `26/11/22 10:11:12`, with the separators of the format.
    static final int SHORT_YEAR = 5;
    /// Seconds, or a fraction of them, since 1970: 10, 13, 16 or 19 digits.
    static final int EPOCH = 6;

    /// Seconds between a timestamp and its entry at most; over a day, because lines may be in local time.
    static final long NEAR = 26 * 3600;

    /// Bytes that the longest text takes.
    static final int MAX_LENGTH = 32;

    static final long SECONDS_OF_DAY = 86_400;

    private static final byte[] MONTHS =
            "JanFebMarAprMayJunJulAugSepOctNovDec".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final long[] TEN = new long[10];

    static {
        TEN[0] = 1;
        for (int i = 1; i < TEN.length; i++) {
            TEN[i] = TEN[i - 1] * 10;
        }
    }

    /// What the last successful parse found.
    int format;

    int end;
    /// Distance in ticks to the entry's time, rounded down to a tick.
    long distance;

    static int layout(int format) {
        return format & 7;
    }

    static int fraction(int format) {
        return format >>> 8 & 15;
    }

    static boolean isFormat(int format) {
        return format >= 0 && format < 1 << 12 && layout(format) <= EPOCH && fraction(format) <= 9;
    }

    /// The entry's time in ticks of a format.
    static long entryTicks(long time, int format) {
        return Math.floorDiv(time, TEN[9 - fraction(format)]);
    }

    static byte[] month(int index) {
        return java.util.Arrays.copyOfRange(MONTHS, index * 3, index * 3 + 3);
    }

    private static int two(byte[] b, int at) {
        int high = b[at] - '0';
        int low = b[at + 1] - '0';
        return (high | low | 9 - high | 9 - low) < 0 ? -1 : high * 10 + low;
    }

    /// Index of a month's name at `at`, or -1.
    static int monthAt(byte[] b, int at) {
        for (int i = 0; i < 36; i += 3) {
            if (MONTHS[i] == b[at] && MONTHS[i + 1] == b[at + 1] && MONTHS[i + 2] == b[at + 2]) {
                return i / 3;
            }
        }
        return -1;
    }

    /// `yyyy-MM-dd HH:mm:ss` at `at`, where four digits and a separator were seen.
    boolean parseIso(byte[] b, int at, int limit, long time) {
        if (limit - at < 19 || b[at + 7] != b[at + 4]) {
            return false;
        }
        int high = two(b, at);
        int low = two(b, at + 2);
        return high >= 0 && low >= 0 && datedByNumbers(b, at + 5, limit, time, high * 100 + low, ISO);
    }

    /// `yy/MM/dd HH:mm:ss` at `at`, where two digits and a slash were seen.
    boolean parseShortYear(byte[] b, int at, int limit, long time) {
        if (limit - at < 17 || b[at + 5] != b[at + 2]) {
            return false;
        }
        return datedByNumbers(b, at + 3, limit, time, 2000 + two(b, at), SHORT_YEAR);
    }

    /// False when a day of any year is further from a time than [#NEAR].
    private static boolean mayBeNear(int month, int day, long time) {
        int apart = Math.abs(dayOfYear(month, day) - dayOfYear(days(time)));
        return apart <= 3 || apart >= 362;
    }

    private boolean datedByNumbers(byte[] b, int monthAt, int limit, long time, int year, int layout) {
        int between = b[monthAt + 5];
        int betweenCode = between == 'T' ? 0 : between == ' ' ? 1 : between == '_' ? 2 : -1;
        if (betweenCode < 0) {
            return false;
        }
        int code = layout | (b[monthAt - 1] == '/' ? 1 << 3 : 0) | betweenCode << 5;
        return finish(b, monthAt + 6, limit, time, year, two(b, monthAt), two(b, monthAt + 3), code);
    }

    /// `dd/MMM/yyyy:HH:mm:ss`
    boolean parseClf(byte[] b, int at, int limit, long time) {
        if (limit - at < 20 || b[at + 6] != '/' || b[at + 11] != ':') {
            return false;
        }
        int high = two(b, at + 7);
        int low = two(b, at + 9);
        return high >= 0
                && low >= 0
                && finish(b, at + 12, limit, time, high * 100 + low, monthAt(b, at + 3) + 1, two(b, at), CLF);
    }

    /// `MMM dd HH:mm:ss`, with ` yyyy` or without.
    boolean parseSyslog(byte[] b, int at, int limit, long time) {
        if (limit - at < 15 || b[at + 6] != ' ') {
            return false;
        }
        int month = monthAt(b, at) + 1;
        boolean blank = b[at + 4] == ' ';
        int day = blank ? b[at + 5] - '0' : two(b, at + 4);
        if (month == 0 || day < 1 || blank && day > 9 || !mayBeNear(month, day, time)) {
            return false;
        }
        int year = year(days(time));
        int layout = blank ? SYSLOG_BLANK : SYSLOG;
        if (!blank && limit - at >= 20 && b[at + 15] == ' ') {
            int high = two(b, at + 16);
            int low = two(b, at + 18);
            if (high >= 0
                    && low >= 0
                    && (limit - at == 20 || CharClass.RUN[b[at + 20] & 0xff] == 0)
                    && finish(b, at + 7, limit, time, high * 100 + low, month, day, CTIME)) {
                end = at + 20;
                return true;
            }
        }
        return finish(b, at + 7, limit, time, year, month, day, layout)
                || finish(b, at + 7, limit, time, year - 1, month, day, layout)
                || finish(b, at + 7, limit, time, year + 1, month, day, layout);
    }

    /// A run of digits `[at, runEnd)` as time since 1970.
    boolean parseEpoch(byte[] b, int at, int runEnd, long time) {
        int n = runEnd - at;
        int digits = n == 10 ? 0 : n == 13 ? 3 : n == 16 ? 6 : n == 19 ? 9 : -1;
        if (digits < 0 || b[at] == '0' || b[at] > '8') {
            return false;
        }
        long ticks = 0;
        for (int i = at; i < runEnd; i++) {
            ticks = ticks * 10 + (b[i] - '0');
        }
        if (Math.abs(ticks / TEN[digits] - Math.floorDiv(time, TEN[9])) >= NEAR) {
            return false;
        }
        format = EPOCH | digits << 8;
        end = runEnd;
        distance = ticks - entryTicks(time, format);
        return true;
    }

    /// The time of day at `at`, a fraction behind it, and the test that the whole is near the entry's time.
    private boolean finish(byte[] b, int at, int limit, long time, int year, int month, int day, int code) {
        if (b[at + 2] != ':' || b[at + 5] != ':') {
            return false;
        }
        int hour = two(b, at);
        int minute = two(b, at + 3);
        int second = two(b, at + 6);
        if (month < 1
                || month > 12
                || day < 1
                || day > daysIn(year, month)
                || hour < 0
                || hour > 23
                || minute < 0
                || minute > 59
                || second < 0
                || second > 59
                || year < 0) {
            return false;
        }
        long seconds = daysFromCivil(year, month, day) * SECONDS_OF_DAY + hour * 3600L + minute * 60L + second;
        if (Math.abs(seconds - Math.floorDiv(time, TEN[9])) >= NEAR) {
            return false;
        }
        int layout = layout(code);
        int stop = at + 8;
        int digits = 0;
        long part = 0;
        if (layout != CTIME && stop + 1 < limit && (b[stop] == '.' || b[stop] == ',')) {
            int i = stop + 1;
            while (i < limit && i - stop <= 10 && b[i] >= '0' && b[i] <= '9') {
                part = part * 10 + (b[i++] - '0');
            }
            digits = i - stop - 1;
            if (digits > 9 || digits > 0 && i < limit && CharClass.RUN[b[i] & 0xff] != 0 && !zulu(b, i, limit)) {
                digits = 0;
                part = 0;
            } else if (digits > 0) {
                code |= (b[stop] == ',' ? 1 << 7 : 0) | digits << 8;
                stop = i;
            }
        }
        if (stop < limit && CharClass.RUN[b[stop] & 0xff] != 0 && !zulu(b, stop, limit)) {
            return false;
        }
        format = code;
        end = stop;
        distance = seconds * TEN[digits] + part - entryTicks(time, code);
        return true;
    }

    private static boolean zulu(byte[] b, int at, int limit) {
        return b[at] == 'Z' && (at + 1 == limit || CharClass.RUN[b[at + 1] & 0xff] == 0);
    }

    /// Bytes that every text of a format takes.
    static int length(int format) {
        int digits = fraction(format);
        int tail = digits == 0 ? 0 : digits + 1;
        return switch (layout(format)) {
            case ISO -> 19 + tail;
            case CLF, CTIME -> 20 + tail;
            case SYSLOG, SYSLOG_BLANK -> 15 + tail;
            case SHORT_YEAR -> 17 + tail;
            default -> 10 + digits;
        };
    }

    /// Where `HH:mm:ss` is in texts of a format; -1 when it is not.
    static int clockAt(int format) {
        return switch (layout(format)) {
            case ISO -> 11;
            case CLF -> 12;
            case SYSLOG, SYSLOG_BLANK, CTIME -> 7;
            case SHORT_YEAR -> 9;
            default -> -1;
        };
    }

    static long ticksPerSecond(int format) {
        return TEN[fraction(format)];
    }

    private static int daysIn(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    private static long daysFromCivil(int year, int month, int day) {
        long y = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(y, 400L);
        int yearOfEra = (int) (y - era * 400);
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear(month, day);
        return era * 146_097 + dayOfEra - 719_468;
    }

    /// Days since the first of March.
    private static int dayOfYear(int month, int day) {
        return (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    }

    static int dayOfYear(long days) {
        long z = days + 719_468;
        int dayOfEra = (int) (z - Math.floorDiv(z, 146_097L) * 146_097);
        int yearOfEra = yearOfEra(dayOfEra);
        return dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    }

    private static int yearOfEra(int dayOfEra) {
        return (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    }

    static int year(long days) {
        long z = days + 719_468;
        long era = Math.floorDiv(z, 146_097L);
        int dayOfEra = (int) (z - era * 146_097);
        int yearOfEra = yearOfEra(dayOfEra);
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        return (int) (yearOfEra + era * 400) + (dayOfYear >= 306 ? 1 : 0);
    }

    /// Days since 1970 of an entry's time.
    private static long days(long time) {
        return Math.floorDiv(time, SECONDS_OF_DAY * TEN[9]);
    }
}
