package sigyn.storage.rowgroup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sigyn.testkit.Property;

class DistinctTest {
    private final Distinct distinct = new Distinct();

    private interface Count {
        boolean within(int limit);
    }

    /// Compares with a map how the rows are numbered when as many values as there are may differ, or more, and that
    /// fewer are too few.
    private <T> void check(T[] values, RandomGenerator random, Count count) {
        var ids = new HashMap<T, Integer>();
        int n = values.length;
        int[] expected = new int[n];
        int[] first = new int[n];
        int[] rows = new int[n];
        for (int i = 0; i < n; i++) {
            int fresh = ids.size();
            int id = ids.computeIfAbsent(values[i], _ -> fresh);
            expected[i] = id;
            first[id] = id == fresh ? i : first[id];
            rows[id]++;
        }
        int differ = ids.size();
        for (int limit : new int[] {differ, differ + 1 + random.nextInt(n + 1)}) {
            assertThat(count.within(limit)).isTrue();
            assertThat(distinct.count).isEqualTo(differ);
            assertThat(Arrays.copyOf(distinct.id, n)).isEqualTo(expected);
            assertThat(Arrays.copyOf(distinct.first, differ)).isEqualTo(Arrays.copyOf(first, differ));
            assertThat(Arrays.copyOf(distinct.rows, differ)).isEqualTo(Arrays.copyOf(rows, differ));
        }
        if (differ > 0) {
            assertThat(count.within(differ - 1)).isFalse();
            assertThat(count.within(random.nextInt(differ))).isFalse();
        }
    }

    @Test
    void numbersAreNumberedAsTheyAppear() {
        Property.forAll(300, (random, size) -> {
            int n = random.nextInt(size * 40);
            int different = 1 + random.nextInt(random.nextBoolean() ? 8 : n + 1);
            long factor = random.nextBoolean() ? 1 : random.nextLong() << random.nextInt(48);
            var values = new Long[n];
            Arrays.setAll(values, _ -> random.nextInt(different) * factor);
            long[] numbers = new long[n + random.nextInt(3)];
            Arrays.setAll(numbers, i -> i < n ? values[i] : random.nextLong());
            check(values, random, limit -> distinct.ofNumbers(numbers, n, limit));
        });
    }

    /// Words all over an array, some rows at the very place of the row before.
    @Test
    void textsAreNumberedAsTheyAppear() {
        Property.forAll(300, (random, size) -> {
            int n = random.nextInt(size * 20);
            int longest = 1 + random.nextInt(20);
            var text = new StringBuilder();
            var values = new String[n];
            long[] place = new long[n];
            for (int i = 0; i < n; i++) {
                if (i > 0 && random.nextInt(4) == 0) {
                    values[i] = values[i - 1];
                    place[i] = place[i - 1];
                    continue;
                }
                var word = new StringBuilder();
                for (int length = random.nextInt(longest); length > 0; length--) {
                    word.append(random.nextInt(4) == 0 ? 'b' : 'a');
                }
                values[i] = word.toString();
                place[i] = Tokens.place(text.length(), word.length(), CharClass.HEX_LOWER);
                text.append(word).append("ab", 0, random.nextInt(3));
            }
            byte[] b = text.toString().getBytes(ISO_8859_1);
            check(values, random, limit -> distinct.ofTexts(b, place, n, limit));
        });
    }

    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noLimitIsTooHigh() {
        long[] numbers = LongStream.range(0, 1000).toArray();

        assertThat(distinct.ofNumbers(numbers, numbers.length, Integer.MAX_VALUE))
                .isTrue();

        assertThat(distinct.count).isEqualTo(numbers.length);
    }

    @Test
    void textsWithTheSameHashDiffer() {
        long unmixed = 0xe7037ed1a0b428dbL; // leaves a hash as it is
        byte[] b = ByteBuffer.allocate(48)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(5)
                .putLong(unmixed)
                .putLong(7)
                .putLong(unmixed)
                .putLong(5)
                .putLong(7)
                .array();
        assertThat(Tokenizer.staticPiece(b, 0, 24, 0)).isEqualTo(Tokenizer.staticPiece(b, 24, 48, 0));
        long[] place = {Tokens.place(0, 24, CharClass.OTHER), Tokens.place(24, 24, CharClass.OTHER)};

        assertThat(distinct.ofTexts(b, place, 2, 2)).isTrue();

        assertThat(distinct.count).isEqualTo(2);
        assertThat(Arrays.copyOf(distinct.id, 2)).containsExactly(0, 1);
    }

    /// Against a plain sort; frequencies are small or large, many the same.
    @Test
    void theMostFrequentComeFirst() {
        int[] frequencies = {1, 1, 2, 3, 62, 63, 64, 65, 66, 128, 500};
        Property.forAll(500, (random, size) -> {
            int count = random.nextInt(size * 2);
            int least = random.nextInt(frequencies.length);
            int[] rows = new int[count];
            Arrays.setAll(rows, _ -> frequencies[random.nextInt(least, frequencies.length)]);
            long[] numbers = IntStream.range(0, count)
                    .flatMap(id -> IntStream.generate(() -> id).limit(rows[id]))
                    .asLongStream()
                    .toArray();
            assertThat(distinct.ofNumbers(numbers, numbers.length, count)).isTrue();
            int[] sorted = IntStream.range(0, count)
                    .boxed()
                    .sorted(Comparator.<Integer>comparingInt(id -> -rows[id]).thenComparing(id -> id))
                    .mapToInt(id -> id)
                    .toArray();

            assertThat(distinct.byFrequency()).isEqualTo(sorted);
            int[] limits = {0, 1, random.nextInt(count + 1), Math.max(0, count - 1), count, count + 1, count + 1000};
            for (int limit : limits) {
                assertThat(distinct.mostFrequent(limit))
                        .as("%d of %d", limit, count)
                        .isEqualTo(Arrays.copyOf(sorted, Math.min(limit, count)));
            }
        });
    }
}
