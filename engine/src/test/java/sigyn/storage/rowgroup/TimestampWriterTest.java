package sigyn.storage.rowgroup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

class TimestampWriterTest {
    /// Bytes behind a text that may be overwritten.
    private static final int SPOILED = 15;

    private static final int[] FORMATS =
            IntStream.range(0, 1 << 12).filter(TimestampText::isFormat).toArray();

    private static final long[] BORDERS = {
        second(1970, 1, 1),
        second(1969, 12, 31),
        second(2026, 11, 27),
        second(2027, 1, 1),
        second(2024, 2, 29),
        second(2024, 3, 1),
        second(2023, 3, 1),
        second(2000, 2, 29),
        second(2000, 3, 1),
        second(1900, 3, 1),
        second(2100, 3, 1),
        second(2026, 2, 10),
    };

    private static long second(int year, int month, int day) {
        return LocalDate.of(year, month, day).atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    }

    /// Some second around the begin of a day of a year with four digits, mostly of one of `days`.
    private static long second(RandomGenerator random, long[] days, long most) {
        long day = days[random.nextInt(days.length)];
        if (random.nextInt(8) == 0) {
            day = random.nextLong(Math.max(second(1, 1, 1), -most), Math.min(second(9999, 1, 1), most));
        }
        return day + (random.nextBoolean() ? random.nextInt(-2, 3) : random.nextInt(-86_400, 86_400));
    }

    private static long ticks(RandomGenerator random, int format, long[] days) {
        long perSecond = TimestampText.ticksPerSecond(format);
        long part = random.nextInt(4) == 0 ? perSecond - 1 : random.nextLong(perSecond);
        long ticks = second(random, days, Long.MAX_VALUE / perSecond - 100_000) * perSecond + part;
        return TimestampText.layout(format) == TimestampText.EPOCH ? Math.abs(ticks) : ticks;
    }

    /// One writer for many texts, whose days come again and change, and each text alone.
    @Test
    void textsAreThoseOfTheFormat() {
        Property.forAll(30, (random, size) -> {
            for (int format : FORMATS) {
                var writer = new TimestampWriter(format);
                var formatter = DateTimeFormatter.ofPattern(pattern(format), Locale.ENGLISH);
                long[] days = {BORDERS[random.nextInt(BORDERS.length)], BORDERS[random.nextInt(BORDERS.length)]};
                for (int i = 0; i < 12; i++) {
                    long ticks = ticks(random, format, days);
                    String text = text(ticks, format, formatter);
                    int at = random.nextInt(3);
                    check(text, at, (out, start) -> writer.write(ticks, out, start));
                    check(text, at, (out, start) -> TimestampWriter.write(ticks, format, out, start));
                }
            }
        });
    }

    private interface Write {
        int write(byte[] out, int at);
    }

    private static void check(String expected, int at, Write write) {
        byte[] out = new byte[at + expected.length() + SPOILED + 1];
        Arrays.fill(out, (byte) '#');

        int end = write.write(out, at);

        assertThat(new String(out, 0, end, ISO_8859_1)).isEqualTo("#".repeat(at) + expected);
        assertThat(out[end + SPOILED]).isEqualTo((byte) '#');
    }

    /// The part of a format before its fraction.
    private static String pattern(int format) {
        char date = "-/--".charAt(format >>> 3 & 3);
        char between = "T __".charAt(format >>> 5 & 3);
        String day = "%cMM%cdd'%c'".formatted(date, date, between);
        return switch (TimestampText.layout(format)) {
            case TimestampText.ISO -> "uuuu" + day + "HH:mm:ss";
            case TimestampText.SHORT_YEAR -> "uu" + day + "HH:mm:ss";
            case TimestampText.CLF -> "dd/MMM/uuuu:HH:mm:ss";
            case TimestampText.CTIME -> "MMM dd HH:mm:ss uuuu";
            default -> "MMM dd HH:mm:ss";
        };
    }

    private static String text(long ticks, int format, DateTimeFormatter formatter) {
        int layout = TimestampText.layout(format);
        if (layout == TimestampText.EPOCH) {
            return Long.toString(ticks);
        }
        long perSecond = TimestampText.ticksPerSecond(format);
        long second = Math.floorDiv(ticks, perSecond);
        var text = new StringBuilder(
                LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC).format(formatter));
        if (layout == TimestampText.SYSLOG_BLANK) {
            text.setCharAt(4, ' ');
        }
        if (TimestampText.fraction(format) > 0) {
            text.append((format >>> 7 & 1) == 0 ? '.' : ',');
            text.append(Long.toString(perSecond + ticks - second * perSecond), 1, TimestampText.fraction(format) + 1);
        }
        return text.toString();
    }
}
