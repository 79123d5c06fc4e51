package sigyn.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Filters of every size are made, know their keys and few others.
class BinaryFuse8Test {
    private final SplittableRandom random = new SplittableRandom(11);

    private final BinaryFuse8.Builder builder = new BinaryFuse8.Builder();

    private void madeOf(int count) {
        long[] keys = random.longs(count).toArray();
        byte[] filter = builder.build(keys, count);
        assertThat(BinaryFuse8.isValid(filter)).isTrue();
        for (long key : keys) {
            assertThat(BinaryFuse8.mayContain(filter, key)).isTrue();
        }
    }

    @Test
    void smallSetsOfEverySizeAreMade() {
        for (int count = 0; count < 600; count++) {
            madeOf(count);
        }
    }

    @Test
    void setsThatJustBeginALongerSegmentAreMade() {
        for (int count = 4200; count < 4800; count += 7) {
            madeOf(count);
        }
        for (int count = 11_350; count < 11_700; count++) {
            madeOf(count);
        }
        for (int count = 37_000; count < 39_000; count += 90) {
            madeOf(count);
        }
    }

    @Test
    void aKeyThatIsNotThereIsRarelyFound() {
        for (int count : new int[] {100, 11_500, 100_000}) {
            byte[] filter = builder.build(random.longs(count).toArray(), count);
            assertThat(filter.length).isLessThan(count * 2 + 100);
            long found = random.longs(100_000)
                    .filter(key -> BinaryFuse8.mayContain(filter, key))
                    .count();
            assertThat(found).isBetween(200L, 700L);
        }
    }

    @Test
    void theSameKeyTwiceIsSaid() {
        assertThatThrownBy(() -> builder.build(new long[] {7, 8, 7}, 3)).hasMessageContaining("same key twice");
    }

    @Test
    void whatABuilderMadeBeforeDoesNotShow() {
        for (int count : new int[] {5, 20_000, 4_300, 100_000, 1, 11_500}) {
            long[] keys = random.longs(count).toArray();
            assertThat(builder.build(keys, count)).isEqualTo(new BinaryFuse8.Builder().build(keys, count));
        }
    }
}
