package sigyn.storage.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

class TimeOrderTest {
    private final TimeOrder order = new TimeOrder();

    private void check(long[] times) {
        int[] rows = IntStream.range(0, times.length).toArray();
        int[] expected = IntStream.range(0, times.length)
                .boxed()
                .sorted(Comparator.comparingLong((Integer i) -> times[i]).thenComparingInt(i -> i))
                .mapToInt(i -> i)
                .toArray();
        order.sort(rows, times);
        assertThat(rows).isEqualTo(expected);
    }

    private static long[] times(int n, LongUnaryOperator time) {
        long[] times = new long[n];
        Arrays.setAll(times, i -> time.applyAsLong(i));
        return times;
    }

    /// Streams that send their lines one after the other, in rounds; few and many rows, small and the widest spans.
    @Test
    void rowsAreInOrderOfTimeThenOfArrival() {
        Property.forAll(60, (random, size) -> {
            int n = size * (1 + random.nextInt(random.nextBoolean() ? 5 : 150));
            int run = 1 + random.nextInt(200);
            long unit = 1L << random.nextInt(45);
            long base = random.nextBoolean() ? -random.nextLong(1L << 40) : random.nextLong(1L << 60);
            check(times(n, i -> base + (i / (run * 5L) + i % run) * unit + random.nextLong(3)));
        });
    }

    @Test
    void theWidestSpanOfTimesIsSorted() {
        var random = RandomGenerator.getDefault();
        check(times(5000, i -> random.nextLong()));
        check(times(5000, i -> i % 2 == 0 ? Long.MIN_VALUE : Long.MAX_VALUE));
        check(times(5000, i -> -i));
        check(new long[0]);
    }
}
