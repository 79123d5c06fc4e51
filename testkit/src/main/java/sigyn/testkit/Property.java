package sigyn.testkit;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Runs a check on many generated cases; on failure says how to replay that one case. `-Dproperty.cases` sets the
/// number of cases of each test, `-Dproperty.times` multiplies the number that each has by itself.
public final class Property {
    private Property() {}

    @FunctionalInterface
    public interface Check {
        void run(RandomGenerator random, int size) throws Exception;
    }

    /// Sizes grow from 1 to 64, so the first failure is small.
    public static void forAll(int cases, Check check) {
        long seed = Long.getLong("property.seed", System.nanoTime());
        int total = Integer.getInteger("property.cases", cases * Integer.getInteger("property.times", 1));
        int only = Integer.getInteger("property.case", -1);
        for (int i = Math.max(only, 0); i < (only < 0 ? total : only + 1); i++) {
            var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + i);
            try {
                check.run(random, 1 + (int) (i * 64L / total));
            } catch (Throwable t) {
                throw new AssertionError(
                        "replay with -Dproperty.seed=" + seed + " -Dproperty.cases=" + total + " -Dproperty.case=" + i,
                        t);
            }
        }
    }
}
