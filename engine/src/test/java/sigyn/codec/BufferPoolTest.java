package sigyn.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A pool hands out what it was given, and no more of it than it may keep.
class BufferPoolTest {
    private final BufferPool pool = new BufferPool();

    private long taken() {
        return Stream.generate(pool::take)
                .takeWhile(array -> array.length > 0)
                .mapToLong(array -> array.length)
                .sum();
    }

    @Test
    void whatIsGivenIsTakenAgain() {
        byte[] array = new byte[1000];
        for (int i = 0; i < 100; i++) {
            pool.give(array);
            assertThat(pool.take()).isSameAs(array);
        }
        assertThat(pool.take()).isEmpty();
    }

    @Test
    void manySmallOnesAreKept() {
        for (int i = 0; i < 100; i++) {
            pool.give(new byte[200_000]);
        }
        assertThat(taken()).isEqualTo(16 * 200_000);
    }

    @Test
    void ofLargeOnesAFewAreKept() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 100; i++) {
                pool.give(new byte[4 << 20]);
            }
            assertThat(taken()).isEqualTo(4 * (4 << 20));
        }
    }

    @Test
    void oneThatIsTooLargeIsNotKept() {
        pool.give(new byte[(4 << 20) + 1]);
        assertThat(pool.take()).isEmpty();
    }
}
