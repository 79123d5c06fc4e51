package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import sigyn.codec.ByteSource;
import sigyn.codec.Bytes;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.model.LinePredicate;
import sigyn.model.TimeRange;
import sigyn.testkit.Property;

/// Damaged bytes are named as such; nothing is read from them, and nothing hangs.
class CorruptionTest {
    private static final List<LinePredicate> NEEDLE = List.of(new LinePredicate.Contains("e", false));

    private static EncodedRowGroup group(RandomGenerator random, int rows) {
        return new RowGroupEncoder().encode(new LineMaker(random).group(rows));
    }

    @Test
    void everyFlippedBitIsNoticed() {
        Property.forAll(300, (random, size) -> {
            var group = group(random, 1 + random.nextInt(size * 4));
            byte[] data = group.data().clone();
            int at = random.nextInt(data.length);
            data[at] ^= (byte) (1 << random.nextInt(8));
            assertNoticed(data);
            byte[] prune = group.prune().clone();
            prune[random.nextInt(prune.length)] ^= (byte) (1 << random.nextInt(8));
            // the optional feature bits are there to be ignored, but the header's checksum covers them
            assertThatThrownBy(() -> RowGroupSummary.open(prune)).isInstanceOf(CorruptRowGroupException.class);
        });
    }

    @Test
    void truncationAndGarbageAreNoticed() {
        Property.forAll(200, (random, size) -> {
            var group = group(random, 1 + random.nextInt(size));
            byte[] shorter = Arrays.copyOf(group.data(), random.nextInt(group.data().length));
            assertThatThrownBy(() -> RowGroup.open(shorter)).isInstanceOf(CorruptRowGroupException.class);
            byte[] longer = Arrays.copyOf(group.data(), group.data().length + 1 + random.nextInt(9));
            assertThatThrownBy(() -> RowGroup.open(longer)).isInstanceOf(CorruptRowGroupException.class);
            byte[] prune = Arrays.copyOf(group.prune(), random.nextInt(group.prune().length));
            assertThatThrownBy(() -> RowGroupSummary.open(prune)).isInstanceOf(CorruptRowGroupException.class);
            byte[] noise = new byte[random.nextInt(4096)];
            random.nextBytes(noise);
            assertThatThrownBy(() -> RowGroup.open(noise)).isInstanceOf(CorruptRowGroupException.class);
            assertThatThrownBy(() -> RowGroup.open(group.prune())).isInstanceOf(CorruptRowGroupException.class);
        });
    }

    /// Checksums are made right again after the damage, so that the decoders themselves have to notice.
    @Test
    void damageWithRightChecksumsReadsAsSomethingOrIsNoticed() {
        Property.forAll(400, (random, size) -> {
            byte[] data = damaged(group(random, 1 + random.nextInt(size * 2)).data(), random);
            try {
                read(RowGroup.open(data));
            } catch (CorruptRowGroupException e) {
                assertThat(e).hasMessageContaining(" ");
            }
        });
    }

    @Test
    void numbersInAFormThatNothingWritesAreNoticed() {
        byte[] part = new SectionWriter().finish(SectionWriter.DATA_MAGIC, 0);
        var source = new ColumnSource(new Sections(part, SectionWriter.DATA_MAGIC, "data part"));
        for (int form = 0; form < 256; form++) {
            // the number 7, without planes
            var entry = new ByteSource(new byte[] {(byte) form, 0, 14});
            if (form <= ColumnKind.FORM_CLOCK || form > 16 && form <= 16 + ColumnKind.MAX_DIGITS) {
                assertThat(new NumberColumn(entry, source, 1).values()).containsExactly(7);
            } else {
                assertThatThrownBy(() -> new NumberColumn(entry, source, 1))
                        .isInstanceOf(CorruptRowGroupException.class)
                        .hasMessageContaining("of form");
            }
        }
    }

    @Test
    void newerVersionsAndUnknownFeaturesAreRefused() {
        var group = group(new SplittableRandom(1), 20);
        byte[] newer = group.data().clone();
        Bytes.putU16(newer, 4, 2);
        assertThatThrownBy(() -> RowGroup.open(newer)).hasMessageContaining("version 2, this program reads 1");
        byte[] features = group.prune().clone();
        Bytes.putI32(features, 8, 4);
        assertThatThrownBy(() -> RowGroupSummary.open(features)).hasMessageContaining("bits 4");
    }

    @Test
    void partsOfDifferentGroupsAreToldApart() {
        var first = group(new SplittableRandom(1), 20);
        var second = group(new SplittableRandom(2), 20);
        assertThat(RowGroup.open(first.data()).belongsTo(RowGroupSummary.open(first.prune())))
                .isTrue();
        assertThat(RowGroup.open(first.data()).belongsTo(RowGroupSummary.open(second.prune())))
                .isFalse();
    }

    private static void assertNoticed(byte[] data) {
        assertThatThrownBy(() -> read(RowGroup.open(data))).isInstanceOf(CorruptRowGroupException.class);
    }

    private static void read(RowGroup group) {
        group.readAllSections();
        var reader = group.read(group.all(), Direction.FORWARD, true, true, List.<Labels>of());
        while (reader.next() != null) {
            // every row and its metadata are put together
        }
        group.select(NEEDLE, null, TimeRange.ALL);
    }

    /// The same part with a few bytes of one section's content changed.
    private static byte[] damaged(byte[] data, RandomGenerator random) {
        var sections = new Sections(data, SectionWriter.DATA_MAGIC, "data part");
        var out = new SectionWriter();
        int victim = random.nextBoolean() ? sections.index(SectionKind.DIRECTORY) : random.nextInt(sections.count());
        for (int i = 0; i < sections.count(); i++) {
            byte[] bytes = sections.read(i);
            int length = sections.rawLength(i);
            for (int n = i == victim && length > 0 ? random.nextInt(1, 4) : 0; n > 0; n--) {
                bytes[random.nextInt(length)] = (byte) random.nextInt(256);
            }
            out.add(java.util.Objects.requireNonNull(sections.kind(i)), bytes, 0, length);
        }
        return out.finish(SectionWriter.DATA_MAGIC, sections.identity());
    }
}
