package sigyn.storage.rowgroup;

/// Writes many timestamps of one format: those of one day differ only in their time of day.
final class TimestampWriter {
    private final int format;
    private final int clockAt;
    private final int length;
    /// A text of the day written last.
    private final byte[] text = new byte[TimestampText.MAX_LENGTH + Sections.SLACK];

    private long day = Long.MIN_VALUE;
    private int textLength;

    TimestampWriter(int format) {
        this.format = format;
        clockAt = TimestampText.clockAt(format);
        length = TimestampText.length(format);
    }

    /// Writes the text of some ticks at `at`, as [TimestampText#format] does, and returns the offset behind it; up to
    /// 15 bytes behind it may be overwritten.
    int write(long ticks, byte[] out, int at) {
        if (clockAt < 0) {
            return TimestampText.format(ticks, format, out, at);
        }
        int digits = TimestampText.fraction(format);
        long ticksPerSecond = TimestampText.ticksPerSecond(format);
        long seconds = Math.floorDiv(ticks, ticksPerSecond);
        long days = Math.floorDiv(seconds, TimestampText.SECONDS_OF_DAY);
        if (days != day) {
            textLength = TimestampText.format(ticks, format, text, 0);
            day = days;
        }
        Column.copy(text, 0, out, at, textLength);
        Decimal.writeClock(clock((int) (seconds - days * TimestampText.SECONDS_OF_DAY)), out, at + clockAt);
        if (digits > 0) {
            Decimal.writePadded(ticks - seconds * ticksPerSecond, digits, out, at + length - digits);
        }
        return at + textLength;
    }

    /// The six digits of a second of the day.
    private static int clock(int second) {
        int minute = second / 60;
        int hour = minute / 60;
        return hour * 10_000 + (minute - hour * 60) * 100 + second - minute * 60;
    }
}
