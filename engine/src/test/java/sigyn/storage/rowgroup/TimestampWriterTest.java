package sigyn.storage.rowgroup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
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

    /// Some second around the begin of a day, mostly of one of `days`.
    private static long second(RandomGenerator random, long[] days) {
        long day =
                random.nextInt(8) == 0 ? random.nextInt(-80_000, 80_000) * 86_400L : days[random.nextInt(days.length)];
        return day + (random.nextBoolean() ? random.nextInt(-2, 3) : random.nextInt(-86_400, 86_400));
    }

    private static long ticks(RandomGenerator random, int format, long[] days) {
        if (random.nextInt(32) == 0) {
            return random.nextLong();
        }
        long perSecond = TimestampText.ticksPerSecond(format);
        long part = random.nextInt(4) == 0 ? perSecond - 1 : random.nextLong(perSecond);
        return second(random, days) * perSecond + part;
    }

    /// One writer for many texts, whose days come again and change.
    @Test
    void textsAreThoseOfTheFormat() {
        Property.forAll(30, (random, size) -> {
            for (int format : FORMATS) {
                var writer = new TimestampWriter(format);
                long[] days = {BORDERS[random.nextInt(BORDERS.length)], BORDERS[random.nextInt(BORDERS.length)]};
                for (int i = 0; i < 12; i++) {
                    check(writer, format, ticks(random, format, days), random.nextInt(3));
                }
            }
        });
    }

    private static void check(TimestampWriter writer, int format, long ticks, int at) {
        byte[] expected = new byte[TimestampText.MAX_LENGTH + Sections.SLACK];
        int length = TimestampText.format(ticks, format, expected, 0);
        byte[] out = new byte[at + length + SPOILED + 1];
        Arrays.fill(out, (byte) '#');

        int end = writer.write(ticks, out, at);

        assertThat(new String(out, 0, end, ISO_8859_1))
                .as("%d in format %d", ticks, format)
                .isEqualTo("#".repeat(at) + new String(expected, 0, length, ISO_8859_1));
        assertThat(out[end + SPOILED]).isEqualTo((byte) '#');
    }
}
