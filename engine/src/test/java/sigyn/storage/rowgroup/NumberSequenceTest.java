package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.testkit.Property;

class NumberSequenceTest {
    private static final long IDENTITY = 7;

    private static NumberSequence.Stored stored(long[] values, boolean mayDiffer) {
        var sections = new SectionWriter();
        var bytes = new ColumnBytes();
        bytes.begin(sections);
        var directory = new ByteSink(64);
        NumberSequence.write(values.clone(), values.length, mayDiffer, SectionKind.TEMPLATE_IDS, directory, bytes);
        bytes.finish();
        byte[] part = sections.finish(SectionWriter.DATA_MAGIC, IDENTITY);
        var source = new ColumnSource(new Sections(part, SectionWriter.DATA_MAGIC, "data"));
        return new NumberSequence.Stored(
                new ByteSource(directory.array(), 0, directory.size()),
                source,
                values.length,
                SectionKind.TEMPLATE_IDS);
    }

    /// Of each width, around a base or in steps.
    private static long[] values(RandomGenerator random, int n) {
        int bits = random.nextInt(Long.SIZE + 1);
        long base = random.nextBoolean() ? 0 : random.nextLong();
        long step = random.nextBoolean() ? 0 : random.nextInt(1 << 20);
        long[] values = new long[n];
        Arrays.setAll(values, i -> base + i * step + (bits == 0 ? 0 : random.nextLong() >>> Long.SIZE - bits));
        return values;
    }

    @Test
    void aPartReadsAsItDoesInTheWhole() {
        Property.forAll(500, (random, size) -> {
            long[] values = values(random, 1 + size);
            var stored = stored(values, random.nextBoolean());

            assertThat(stored.read()).isEqualTo(values);
            if (stored.isDirect()) {
                int first = random.nextInt(values.length);
                int n = random.nextInt(values.length - first + 1);
                long[] out = new long[n + 1];
                Arrays.fill(out, 4711);
                stored.read(first, n, out);
                assertThat(Arrays.copyOf(out, n)).isEqualTo(Arrays.copyOfRange(values, first, first + n));
                assertThat(out[n]).isEqualTo(4711);
            }
        });
    }
}
