package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

class DecimalTest {
    @Test
    void textAndNumberAgreeWhereverTheyStand() {
        Property.forAll(2_000, (random, size) -> {
            int digits = 1 + random.nextInt(19);
            var text = new StringBuilder();
            for (int i = 0; i < digits; i++) {
                text.append((char) ('0' + random.nextInt(10)));
            }
            String before = "9".repeat(random.nextInt(3));
            String after = "7".repeat(random.nextInt(20));
            byte[] line = (before + text + after).getBytes(StandardCharsets.US_ASCII);

            long value = Decimal.parse(line, before.length(), digits);

            assertThat(Long.toUnsignedString(value)).isEqualTo(text.toString().replaceFirst("^0+(?=.)", ""));
            byte[] written = new byte[digits];
            Decimal.writeFixed(value, digits, written, 0);
            assertThat(new String(written, StandardCharsets.US_ASCII)).isEqualTo(text.toString());
        });
    }

    /// A number of any length, and often the least or the largest of its length.
    private static long number(RandomGenerator random) {
        int digits = 1 + random.nextInt(19);
        var text = new StringBuilder();
        int kind = random.nextInt(4);
        for (int i = 0; i < digits; i++) {
            text.append(kind == 0 ? '9' : kind == 1 ? (i == 0 ? '1' : '0') : (char) ('0' + random.nextInt(10)));
        }
        return Long.parseUnsignedLong(text.toString());
    }

    /// What stands at `from` when nothing but `[from, end)` and `spoiled` bytes from there on were written.
    private static String written(byte[] out, int from, int end, int spoiled) {
        for (int i = 0; i < out.length; i++) {
            if (i < from || i >= end + spoiled) {
                assertThat(out[i]).as("byte %d of [%d, %d)", i, from, end).isEqualTo((byte) '#');
            }
        }
        return new String(out, from, end - from, StandardCharsets.US_ASCII);
    }

    private static byte[] blank(int length) {
        byte[] out = new byte[length];
        Arrays.fill(out, (byte) '#');
        return out;
    }

    @Test
    void numbersAreWrittenAsLongSaysThem() {
        Property.forAll(20_000, (random, size) -> {
            long value = random.nextInt(20) == 0 ? 0 : number(random);
            String text = Long.toUnsignedString(value);
            int at = random.nextInt(9);
            byte[] out = blank(at + text.length() + 7 + random.nextInt(9));

            int end = Decimal.write(value, out, at);

            assertThat(written(out, at, end, 7)).isEqualTo(text);
            assertThat(Decimal.digits(value)).isEqualTo(text.length());
        });
    }

    @Test
    void aWidthTakesTheLastDigitsAndZerosInFront() {
        Property.forAll(2_000, (random, size) -> {
            long value = random.nextInt(20) == 0 ? 0 : number(random);
            String text = "0".repeat(19) + Long.toUnsignedString(value);
            for (int width = 0; width <= 19; width++) {
                String expected = text.substring(text.length() - width);
                int at = random.nextInt(9);
                byte[] out = blank(at + Math.max(1, width) + 7 + random.nextInt(9));
                Decimal.writePadded(value, width, out, at);
                assertThat(written(out, at, at + width, width == 0 ? 8 : 7))
                        .as("%s in %d", Long.toUnsignedString(value), width)
                        .isEqualTo(expected);
                out = blank(at + width + random.nextInt(9));
                Decimal.writeFixed(value, width, out, at);
                assertThat(written(out, at, at + width, 0))
                        .as("%s in just %d", Long.toUnsignedString(value), width)
                        .isEqualTo(expected);
            }
        });
    }

    @Test
    void clocksArePairsOfDigits() {
        Property.forAll(20_000, (random, size) -> {
            int value = random.nextInt(1_000_000);
            int at = random.nextInt(9);
            byte[] out = blank(at + 8 + random.nextInt(9));

            Decimal.writeClock(value, out, at);

            assertThat(written(out, at, at + 8, 0))
                    .isEqualTo("%02d:%02d:%02d".formatted(value / 10_000, value / 100 % 100, value % 100));
        });
    }

    @Test
    void aByteIsWrittenWithWhatStandsBehindIt() {
        for (int value = 0; value <= 255; value++) {
            for (char then : new char[] {'.', ' ', '\u00ff'}) {
                int at = value % 5;
                byte[] out = blank(at + 8);
                int end = Decimal.writeByte(value, then, out, at);
                assertThat(end).isEqualTo(at + Integer.toString(value).length() + 1);
                assertThat(written(out, at, end - 1, at + 4 - (end - 1))).isEqualTo(Integer.toString(value));
                assertThat(out[end - 1]).isEqualTo((byte) then);
            }
        }
    }

    @Test
    void zerosInFrontAreSeenInTheNumber() {
        Property.forAll(5_000, (random, size) -> {
            int digits = 1 + random.nextInt(19);
            long value = number(random);
            int own = Long.toUnsignedString(value).length();
            if (own <= digits) {
                assertThat(Decimal.zerosInFront(value, digits) < 0)
                        .as("%s of %d digits", Long.toUnsignedString(value), digits)
                        .isEqualTo(own < digits);
            }
            assertThat(Decimal.zerosInFront(0, digits) < 0).isEqualTo(digits > 1);
        });
    }
}
