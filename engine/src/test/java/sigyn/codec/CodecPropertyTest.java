package sigyn.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

class CodecPropertyTest {
    @Test
    void bitPackedNumbersComeBack() {
        Property.forAll(400, (random, size) -> {
            int width = random.nextInt(65);
            long mask = width == 64 ? -1 : (1L << width) - 1;
            long[] values = new long[random.nextInt(size * 3 + 1)];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextLong() & mask;
            }
            var sink = new ByteSink();
            for (int i = random.nextInt(9); i > 0; i--) {
                sink.u8(255);
            }
            int start = sink.size();
            BitPack.write(sink, values, 0, values.length, width);
            byte[] bytes = sink.toByteArray();
            assertThat(bytes.length - start).isEqualTo(BitPack.size(values.length, width));
            long[] read = new long[values.length];
            BitPack.read(bytes, start, values.length, width, bytes.length, read, 0);
            assertThat(read).isEqualTo(values);
        });
    }

    @Test
    void searchFindsWhatThePlainLoopFinds() {
        Property.forAll(2000, (random, size) -> {
            byte[] hay = new byte[random.nextInt(size * 4 + 1)];
            for (int i = 0; i < hay.length; i++) {
                hay[i] = (byte) "aAbB \u00e9".charAt(random.nextInt(6));
            }
            int from = random.nextInt(hay.length + 1);
            int to = from + random.nextInt(hay.length - from + 1);
            byte[] needle = new byte[random.nextInt(1, 4)];
            for (int i = 0; i < needle.length; i++) {
                needle[i] = (byte) "aAbB \u00e9".charAt(random.nextInt(6));
            }
            assertThat(Search.indexOf(hay, from, to, needle, Search.rarest(needle)))
                    .isEqualTo(plain(hay, from, to, needle));
            byte[] lower = Search.lower(needle);
            assertThat(Search.indexOfIgnoringCase(hay, from, to, lower))
                    .isEqualTo(plain(Search.lower(hay), from, to, lower));
        });
    }

    private static int plain(byte[] hay, int from, int to, byte[] needle) {
        for (int i = from; i + needle.length <= to; i++) {
            int k = 0;
            while (k < needle.length && hay[i + k] == needle[k]) {
                k++;
            }
            if (k == needle.length) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void compressedBytesComeBackAndDamageIsSaid() {
        Property.forAll(100, (random, size) -> {
            byte[] bytes = new byte[random.nextInt(size * 100 + 1)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) random.nextInt(random.nextBoolean() ? 4 : 256);
            }
            var zstd = new ByteSink();
            Compression.zstd(bytes, 0, bytes.length, zstd);
            byte[] back = new byte[bytes.length];
            Compression.unzstd(zstd.array(), 0, zstd.size(), back, 0, back.length);
            assertThat(back).isEqualTo(bytes);
            var packed = new ByteSink();
            Compression.pack(bytes, 0, bytes.length, packed);
            assertThat(packed.size()).isLessThanOrEqualTo(bytes.length);
            assertThat(Compression.mayHold(packed.size(), bytes.length)).isTrue();
            back = new byte[bytes.length];
            Compression.unpack(packed.array(), 0, packed.size(), back, 0, back.length);
            assertThat(back).isEqualTo(bytes);
            int shorter = random.nextInt(zstd.size());
            byte[] room = new byte[bytes.length + 1];
            assertThatThrownBy(() -> Compression.unzstd(zstd.array(), 0, shorter, room, 0, room.length))
                    .isInstanceOf(DamagedException.class);
        });
    }

    @Test
    void numbersAndTextsComeBackAndShortInputIsSaid() {
        Property.forAll(300, (random, size) -> {
            var sink = new ByteSink(1);
            long number = random.nextLong() >> random.nextInt(64);
            String text = "x".repeat(random.nextInt(size * 10)) + (random.nextBoolean() ? "" : "é€😀" + size);
            sink.varint(number);
            sink.zigzag(number);
            sink.text(text);
            sink.i64(number);
            byte[] bytes = sink.toByteArray();
            var source = new ByteSource(bytes);
            assertThat(source.varint()).isEqualTo(number);
            assertThat(source.zigzag()).isEqualTo(number);
            assertThat(source.text()).isEqualTo(text);
            assertThat(source.i64()).isEqualTo(number);
            source.expectEnd();
            var cut = new ByteSource(bytes, 0, random.nextInt(bytes.length));
            assertThatThrownBy(() -> {
                        cut.varint();
                        cut.zigzag();
                        cut.text();
                        cut.i64();
                    })
                    .isInstanceOf(DamagedException.class);
        });
    }
}
