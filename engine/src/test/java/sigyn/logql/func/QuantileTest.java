package sigyn.logql.func;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import sigyn.logql.ast.RangeOp;
import sigyn.testkit.Property;

class QuantileTest {
    private static final Comparator<Double> NAN_FIRST =
            Comparator.comparing((Double v) -> !Double.isNaN(v)).thenComparing(Comparator.naturalOrder());

    @Test
    void theValueIsThatOfTheSortedSamples() {
        Property.forAll(3000, (random, size) -> {
            double[] samples = samples(random, 1 + random.nextInt(size * 9 + 1));
            double q = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextDouble();
            var function = WindowFunction.of(RangeOp.QUANTILE, 1, q, true);
            var cells = new ArrayList<Cell>();
            var all = new Cell();
            for (int from = 0; from < samples.length; ) {
                int to = Math.min(samples.length, from + random.nextInt(size + 2));
                var part = new Cell();
                for (int i = from; i < to; i++) {
                    function.add(part, i, samples[i]);
                }
                if (random.nextInt(3) == 0) {
                    function.settle(part);
                }
                function.merge(all, part);
                if (!cells.isEmpty() && random.nextBoolean()) {
                    function.merge(cells.getLast(), part);
                } else {
                    cells.add(part);
                }
                from = to;
            }
            cells.forEach(function::settle);
            double[] sorted = DoubleStream.of(samples)
                    .boxed()
                    .sorted(NAN_FIRST)
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            double rank = q * (samples.length - 1);
            int below = (int) Math.floor(rank);
            double weight = rank - below;
            Double expected = sorted[below] * (1 - weight) + sorted[Math.min(samples.length - 1, below + 1)] * weight;
            assertThat(function.value(cells.toArray(Cell[]::new), 0, cells.size()))
                    .isEqualTo(expected);
            assertThat(function.value(all)).as("of one cell").isEqualTo(expected);
        });
    }

    /// Random, few different ones, rising, falling, or up and down, with or without NaN and infinity among them.
    private static double[] samples(RandomGenerator random, int n) {
        int kind = random.nextInt(5);
        double[] samples = new double[n];
        for (int i = 0; i < n; i++) {
            samples[i] = switch (kind) {
                case 0 -> random.nextDouble();
                case 1 -> random.nextInt(3);
                case 2 -> i;
                case 3 -> n - i;
                default -> i < n / 2 ? i : n - i;
            };
        }
        for (int strange = random.nextInt(3) * random.nextInt(4); strange > 0; strange--) {
            samples[random.nextInt(n)] =
                    random.nextInt(4) > 0 ? Double.NaN : random.nextBoolean() ? Double.POSITIVE_INFINITY : -1e300;
        }
        return samples;
    }
}
