package sigyn.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

class BytesTest {
    private static final int LONGEST = 80;

    /// Ranges that are the same, or all but one bit of one byte, with other bytes around them or the array's end.
    @Test
    void rangesAreEqualWhenAllTheirBytesAre() {
        Property.forAll(60, (random, size) -> {
            for (int n = 0; n <= LONGEST; n++) {
                int at = random.nextInt(size);
                int from = random.nextInt(size);
                byte[] a = new byte[at + n + (random.nextBoolean() ? 0 : random.nextInt(12))];
                byte[] b = new byte[from + n + (random.nextBoolean() ? 0 : random.nextInt(12))];
                random.nextBytes(a);
                random.nextBytes(b);
                System.arraycopy(a, at, b, from, n);
                assertThat(Bytes.equal(a, at, b, from, n)).as("%d bytes", n).isTrue();
                for (int i = 0; i < n; i++) {
                    byte was = b[from + i];
                    b[from + i] ^= (byte) (1 << random.nextInt(8));
                    assertThat(Bytes.equal(a, at, b, from, n))
                            .as("%d bytes but for number %d", n, i)
                            .isFalse();
                    b[from + i] = was;
                }
            }
        });
    }

    /// Any two ranges of one array of few different bytes, so that many are the same.
    @Test
    void equalAgreesWithArrays() {
        int[] same = {0};
        Property.forAll(5_000, (random, size) -> {
            byte[] a = new byte[size * 2];
            for (int i = 0; i < a.length; i++) {
                a[i] = (byte) (random.nextInt(size) == 0 ? 255 : 7);
            }
            int n = random.nextInt(Math.min(a.length, LONGEST) + 1);
            int at = random.nextInt(a.length - n + 1);
            int from = random.nextInt(a.length - n + 1);
            boolean equal = Arrays.equals(a, at, at + n, a, from, from + n);
            assertThat(Bytes.equal(a, at, a, from, n)).isEqualTo(equal);
            same[0] += equal && at != from && n > 0 ? 1 : 0;
        });
        assertThat(same[0]).isPositive();
    }
}
