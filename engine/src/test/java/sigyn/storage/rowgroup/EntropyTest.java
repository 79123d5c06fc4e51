package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

class EntropyTest {
    @Test
    void powersOfTwoHaveWholeLogarithms() {
        for (int bits = 0; bits < 31; bits++) {
            double expected = (1L << bits) * (double) bits;
            assertThat(Entropy.timesLog(1 << bits)).isCloseTo(expected, within(expected * 1e-12));
        }
    }

    @Test
    void countsAreMultipliedByTheirLogarithm() {
        assertThat(Entropy.timesLog(0)).isZero();
        assertThat(Entropy.timesLog(1)).isZero();
        for (int count : new int[] {2, 3, 5, 4094, 4095, 4096, 4097, Integer.MAX_VALUE}) {
            assertTimesLog(count);
        }
        Property.forAll(1_000, (random, size) -> assertTimesLog(random.nextInt(2, 1 << random.nextInt(2, 31))));
    }

    private static void assertTimesLog(int count) {
        double expected = count * (Math.log10(count) / Math.log10(2));
        assertThat(Entropy.timesLog(count)).as("%d", count).isCloseTo(expected, withinPercentage(1e-9));
    }

    /// Half, a quarter and a quarter of the values take one, two and two bits.
    @Test
    void valuesTakeBitsByHowOftenTheyOccur() {
        long[] values = {'a', 'b', 'a', 'c'};
        for (int n = 4; n <= 1 << 16; n *= 4) {
            long[] numbers = new long[n];
            for (int i = 0; i < n; i++) {
                numbers[i] = values[i % 4];
            }
            var distinct = new Distinct();
            assertThat(distinct.ofNumbers(numbers, n, 3)).isTrue();
            assertThat(distinct.entropyBits(n) / n).as("%d values", n).isCloseTo(1.5, within(1e-9));
        }
    }

    @Test
    void equalValuesTakeNoBits() {
        var distinct = new Distinct();
        assertThat(distinct.ofNumbers(new long[5000], 5000, 1)).isTrue();
        assertThat(distinct.entropyBits(5000)).isZero();
    }
}
