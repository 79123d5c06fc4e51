package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

class ColumnTest {
    /// Bytes behind the source that are read.
    private static final int READ = 7;

    /// Places lie in any order, with just the room between them that a copy may spoil.
    @Test
    void bytesAreCopiedToEachPlace() {
        Property.forAll(200, (random, size) -> {
            for (int length = 0; length <= 100; length++) {
                int start = random.nextInt(10);
                byte[] from = new byte[start + length + READ + random.nextInt(3)];
                random.nextBytes(from);
                int count = 1 + random.nextInt(1 + size / 8);
                int n = random.nextInt(count + 1);
                int room = length + Sections.SLACK;
                int first = random.nextInt(10);
                int[] at = new int[count];
                Arrays.setAll(at, i -> first + i * room);
                for (int i = count; i > 1; i--) {
                    int other = random.nextInt(i);
                    int place = at[i - 1];
                    at[i - 1] = at[other];
                    at[other] = place;
                }
                int[] before = at.clone();
                byte[] to = new byte[first + count * room + random.nextInt(3)];
                Arrays.fill(to, (byte) '#');
                byte[] expected = to.clone();

                Column.copy(from, start, length, to, at, n);

                for (int i = 0; i < count; i++) {
                    assertThat(at[i]).isEqualTo(before[i] + (i < n ? length : 0));
                    if (i < n) {
                        System.arraycopy(from, start, expected, before[i], length);
                        // spoiled
                        int end = at[i];
                        System.arraycopy(to, end, expected, end, Sections.SLACK - 1);
                    }
                }
                assertThat(to).as("%d bytes to %d places", length, n).isEqualTo(expected);
            }
        });
    }
}
