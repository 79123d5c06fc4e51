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

    /// Against a look at each byte: runs of every length around one and two words, before another byte, the line's
    /// end or the array's, and places where none begins.
    @Test
    void oneRunIsAsLongAsItsBytesSay() {
        Property.forAll(1_000, (random, size) -> {
            String bytes = random.nextBoolean() ? "09afzAFZ" : "5abcDEF".substring(random.nextInt(7));
            String others = "/:@[`{ \0\u0080\u00b5\u00c1\u00e1\u00ff";
            for (int length = 0; length <= 26; length++) {
                int at = random.nextInt(1 + size / 4);
                byte[] b = new byte[at + length + (random.nextBoolean() ? 0 : random.nextInt(12))];
                random.nextBytes(b);
                for (int i = at; i < at + length; i++) {
                    b[i] = (byte) bytes.charAt(random.nextInt(bytes.length()));
                }
                if (at + length < b.length) {
                    b[at + length] = (byte) others.charAt(random.nextInt(others.length()));
                }
                for (int end : new int[] {b.length, at + length, at + random.nextInt(length + 1)}) {
                    int expected = 0;
                    while (at + expected < end && CharClass.RUN[b[at + expected] & 0xff] != 0) {
                        expected++;
                    }
                    int run = Runs.at(b, at, end);
                    assertThat(run >>> 8).isEqualTo(expected);
                    assertThat(run & 0xff).isEqualTo(CharClass.mask(b, at, expected));
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
