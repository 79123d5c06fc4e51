package sigyn.storage.rowgroup;

/// Writes many timestamps of one format: those of one day differ only in their time of day.
final class TimestampWriter {
    private static final byte[] DATE_SEPARATORS = {'-', '/', '-', '-'};
    private static final byte[] TIME_SEPARATORS = {'T', ' ', '_', '_'};

    private final int format;
    private final int length;
    private final long ticksPerDay;
    /// A text of the day written last, without its time of day.
    private final byte[] text = new byte[TimestampText.MAX_LENGTH + Sections.SLACK];

    private long day = Long.MIN_VALUE;

    TimestampWriter(int format) {
        this.format = format;
        length = TimestampText.length(format);
        ticksPerDay = ticksPerDay(format);
    }

    /// Writes the text of some ticks at `at` and returns the offset behind it; up to 15 bytes behind it may be
    /// overwritten.
    int write(long ticks, byte[] out, int at) {
        if (TimestampText.layout(format) == TimestampText.EPOCH) {
            return Decimal.write(ticks, out, at);
        }
        long days = Math.floorDiv(ticks, ticksPerDay);
        if (days != day) {
            writeDate(days, format, text, 0);
            day = days;
        }
        Column.copy(text, 0, out, at, length);
        return writeTimeOfDay(ticks - days * ticksPerDay, format, out, at);
    }

    /// The same for one text only.
    static int write(long ticks, int format, byte[] out, int at) {
        if (TimestampText.layout(format) == TimestampText.EPOCH) {
            return Decimal.write(ticks, out, at);
        }
        long ticksPerDay = ticksPerDay(format);
        long days = Math.floorDiv(ticks, ticksPerDay);
        writeDate(days, format, out, at);
        return writeTimeOfDay(ticks - days * ticksPerDay, format, out, at);
    }

    private static long ticksPerDay(int format) {
        return TimestampText.SECONDS_OF_DAY * TimestampText.ticksPerSecond(format);
    }

    private static int writeTimeOfDay(long ticks, int format, byte[] out, int at) {
        long ticksPerSecond = TimestampText.ticksPerSecond(format);
        int second = (int) (ticks / ticksPerSecond);
        int minute = second / 60;
        int hour = minute / 60;
        int clock = hour * 10_000 + (minute - hour * 60) * 100 + second - minute * 60;
        Decimal.writeClock(clock, out, at + TimestampText.clockAt(format));
        int digits = TimestampText.fraction(format);
        int end = at + TimestampText.length(format);
        if (digits > 0) {
            Decimal.writePadded(ticks - second * ticksPerSecond, digits, out, end - digits);
        }
        return end;
    }

    /// Writes all but the time of day.
    private static void writeDate(long days, int format, byte[] out, int at) {
        int year = TimestampText.year(days);
        int dayOfYear = TimestampText.dayOfYear(days);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        int layout = TimestampText.layout(format);
        switch (layout) {
            case TimestampText.CLF -> {
                number(day, 2, '/', out, at);
                name(month, '/', out, at + 3);
                number(year, 4, ':', out, at + 7);
            }
            case TimestampText.SYSLOG, TimestampText.SYSLOG_BLANK, TimestampText.CTIME -> {
                name(month, ' ', out, at);
                number(day, 2, ' ', out, at + 4);
                if (layout == TimestampText.SYSLOG_BLANK) {
                    out[at + 4] = ' ';
                } else if (layout == TimestampText.CTIME) {
                    out[at + 15] = ' ';
                    Decimal.writePadded(year, 4, out, at + 16);
                }
            }
            default -> {
                int yearDigits = layout == TimestampText.ISO ? 4 : 2;
                int separator = DATE_SEPARATORS[format >>> 3 & 3];
                number(year, yearDigits, separator, out, at);
                number(month, 2, separator, out, at + yearDigits + 1);
                number(day, 2, TIME_SEPARATORS[format >>> 5 & 3], out, at + yearDigits + 4);
            }
        }
        int digits = TimestampText.fraction(format);
        if (digits > 0) {
            out[at + TimestampText.length(format) - digits - 1] = (byte) ((format >>> 7 & 1) == 0 ? '.' : ',');
        }
    }

    private static void number(int value, int width, int then, byte[] out, int at) {
        Decimal.writePadded(value, width, out, at);
        out[at + width] = (byte) then;
    }

    private static void name(int month, int then, byte[] out, int at) {
        System.arraycopy(TimestampText.month(month - 1), 0, out, at, 3);
        out[at + 3] = (byte) then;
    }
}
