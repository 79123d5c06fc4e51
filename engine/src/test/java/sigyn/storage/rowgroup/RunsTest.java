package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

class RunsTest {
    private static final String[] BYTES = {
        "0123456789abcdefABCDEFgzGZ @[`{/:-.=\0", "0123456789abcdefABCDEF", "abcdefABCDEF ", "abcdefxyz "
    };

    /// Against a look at each byte, in lines that begin and end anywhere in an array.
    @Test
    void bitmapsSayWhatBytesAre() {
        var runs = new Runs();
        Property.forAll(2_000, (random, size) -> {
            boolean isLarge = random.nextInt(200) == 0;
            byte[] b = new byte[1 + random.nextInt(isLarge ? 1 << 19 : size * 8 + 80)];
            String bytes = BYTES[random.nextInt(BYTES.length)];
            for (int i = 0; i < b.length; i++) {
                b[i] = (byte)
                        (random.nextInt(20) == 0 ? random.nextInt(256) : bytes.charAt(random.nextInt(bytes.length())));
            }
            int from = random.nextInt(Math.min(9, b.length));
            int end = from + random.nextInt(b.length - from + 1);
            runs.scan(b, from, end);
            for (int s = from; s < end; s++) {
                int e = s;
                while (e < end && CharClass.RUN[b[e] & 0xff] != 0) {
                    e++;
                }
                if (e > s) {
                    check(runs, b, from, s, e, end);
                    s = e;
                }
            }
        });
    }

    private static void check(Runs runs, byte[] b, int from, int s, int e, int end) {
        int mask = CharClass.mask(b, s, e - s);
        for (int at = s; at < e; at++) {
            assertThat(runs.start(at - from)).isEqualTo(s - from);
            assertThat(runs.end(at - from)).isEqualTo(e - from);
            assertThat(runs.mask(at - from, e - from)).isEqualTo(CharClass.mask(b, at, e - at));
        }
        int marked = runs.next(s - from, end - from);
        boolean isToken = (mask & CharClass.DIGIT) != 0 || (mask & CharClass.LETTER) == 0 && e - s >= 4;
        if (isToken || e - s == 3) {
            assertThat(marked).isBetween(s - from, e - from - 1);
        } else if (e - s < 3) {
            assertThat(marked)
                    .satisfiesAnyOf(
                            m -> assertThat(m).isEqualTo(-1), m -> assertThat(m).isGreaterThanOrEqualTo(e - from));
        }
    }
}
