package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import sigyn.codec.ByteSink;
import sigyn.codec.Bytes;
import sigyn.codec.Compression;
import sigyn.testkit.Property;

/// Sections in several frames come back as they were.
class FrameCutsTest {
    @Test
    void aCutIsMadeWherePiecesDiffer() {
        var random = new SplittableRandom(1);
        var bytes = new ByteSink();
        var cuts = new FrameCuts();
        for (int base : new int[] {0, 0, 100, 100, 0}) {
            bytes.write(piece(random, 4000, base, 3), 0, 4000);
            cuts.piece(bytes.array(), bytes.size());
        }
        assertThat(cuts.ends()).containsExactly(8000, 16000, 20000);
        cuts.clear();
        cuts.piece(bytes.array(), 4000);
        assertThat(cuts.ends()).containsExactly(4000);
    }

    @Test
    void endsAreEndsOfPiecesAndTheLastIsTheEndOfAll() {
        Property.forAll(200, (random, size) -> {
            var bytes = new ByteSink();
            var cuts = new FrameCuts();
            var pieces = new ArrayList<Integer>();
            for (int n = random.nextInt(1, size + 2); n > 0; n--) {
                byte[] piece = anyPiece(random, size * 40);
                bytes.write(piece, 0, piece.length);
                cuts.piece(bytes.array(), bytes.size());
                pieces.add(bytes.size());
            }
            int[] ends = cuts.ends();
            assertThat(ends[ends.length - 1]).isEqualTo(bytes.size());
            for (int i = 0; i < ends.length; i++) {
                assertThat(pieces).contains(ends[i]);
                assertThat(i == 0 || ends[i] > ends[i - 1]).isTrue();
            }
        });
    }

    @Test
    void piecesComeBackFromSectionsOfFrames() {
        Property.forAll(60, (random, size) -> {
            var writer = new SectionWriter();
            var bytes = new ColumnBytes();
            bytes.begin(writer);
            var pieces = new ArrayList<byte[]>();
            for (int n = random.nextInt(1, size + 2); n > 0; n--) {
                byte[] piece = anyPiece(random, random.nextInt(8) == 0 ? 300_000 : size * 200);
                bytes.piece(SectionKind.HIGH, piece.length).write(piece, 0, piece.length);
                pieces.add(piece);
            }
            bytes.finish();
            var source = new ColumnSource(sections(writer.finish(SectionWriter.DATA_MAGIC, 1)));
            for (byte[] piece : pieces) {
                long at = source.next(SectionKind.HIGH, piece.length);
                byte[] section = source.section(at);
                int from = ColumnSource.offset(at);
                assertThat(Arrays.copyOfRange(section, from, from + piece.length))
                        .isEqualTo(piece);
            }
        });
    }

    @Test
    void aLostOrDamagedFrameIsNoticed() {
        var random = new SplittableRandom(2);
        byte[] bytes = piece(random, 8000, 0, 3);
        var frames = new ByteSink();
        int first = Compression.zstd(bytes, 0, 4000, Compression.FASTEST, frames);
        Compression.zstd(bytes, 4000, 4000, Compression.FASTEST, frames);
        var writer = new SectionWriter();
        writer.add(SectionKind.HIGH, bytes, 0, new int[] {4000, 8000});
        byte[] whole = writer.finish(SectionWriter.DATA_MAGIC, 1);
        assertThat(Arrays.copyOf(sections(whole).read(0), bytes.length)).isEqualTo(bytes);
        int body = whole.length - frames.size();

        byte[] lost = Arrays.copyOf(whole, body + first);
        Bytes.putI32(lost, SectionWriter.HEADER + 8, first);
        assertNoticed(lost, body);
        byte[] damaged = whole.clone();
        damaged[body + first] ^= 1;
        assertNoticed(damaged, body);
    }

    /// Checksums are made right first, so that it is the frames where the damage shows.
    private static void assertNoticed(byte[] part, int body) {
        Bytes.putI32(part, SectionWriter.HEADER + 12, Bytes.crc32c(part, body, part.length - body));
        Bytes.putI32(part, body - 4, Bytes.crc32c(part, 0, body - 4));
        var sections = sections(part);
        assertThatThrownBy(() -> sections.read(0))
                .isInstanceOf(CorruptRowGroupException.class)
                .hasMessageContaining("zstd");
    }

    private static Sections sections(byte[] part) {
        return new Sections(part, SectionWriter.DATA_MAGIC, "data part");
    }

    private static byte[] anyPiece(RandomGenerator random, int most) {
        return piece(random, random.nextInt(most + 1), random.nextInt(256), 1 << random.nextInt(9));
    }

    private static byte[] piece(RandomGenerator random, int length, int base, int values) {
        byte[] piece = new byte[length];
        for (int i = 0; i < length; i++) {
            piece[i] = (byte) (base + random.nextInt(values));
        }
        return piece;
    }
}
