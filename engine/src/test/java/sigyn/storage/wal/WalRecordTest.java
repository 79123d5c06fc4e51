package sigyn.storage.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import sigyn.codec.ByteSink;
import sigyn.codec.Bytes;
import sigyn.codec.DamagedException;
import sigyn.testkit.Property;

/// Lines and both parts of a batch come back from a record; a record whose checksum is right and whose lengths are not
/// is refused
/// as a damaged one, whatever it says.
class WalRecordTest {
    private static WalRecord record(byte[] payload, int length) {
        return new WalRecord(WalRecord.Kind.BATCH_LINES, 1, payload, 0, length);
    }

    private static ByteSink text(RandomGenerator random, int size) {
        var text = new ByteSink(16);
        boolean compressible = random.nextBoolean();
        for (int i = 0; i < size; i++) {
            text.u8(compressible ? i % 7 : random.nextInt(256));
        }
        return text;
    }

    @Test
    void lengthsAreBelievedOnlyWhereTheyFit() {
        Property.forAll(3_000, (random, size) -> {
            var batch = text(random, random.nextInt(size * 100));
            int head = random.nextInt(batch.size() + 1);
            byte[] all = Arrays.copyOf(batch.array(), batch.size());
            var packed = text(random, random.nextInt(size * 10));
            byte[] lines = packed.toByteArray();
            var entry = WalEntry.of(batch, head, packed, "task");
            byte[] payload = Arrays.copyOf(entry.payload, entry.length);

            var record = record(payload, payload.length);
            assertThat(record.head()).isEqualTo(Arrays.copyOf(all, head));
            assertThat(record.body()).isEqualTo(Arrays.copyOfRange(all, head, all.length));
            assertThat(Arrays.copyOf(payload, record.linesLength())).isEqualTo(lines);

            assertThat(isRefused(record(payload, random.nextInt(WalRecord.LINES_TRAILER_SIZE))))
                    .isTrue();
            int field = payload.length - (1 + random.nextInt(4)) * 4;
            int said = Bytes.i32(payload, field);
            Bytes.putI32(payload, field, said ^ 1 << random.nextInt(12));
            isRefused(record(payload, payload.length));
            boolean negative = random.nextBoolean();
            Bytes.putI32(payload, field, (negative ? Integer.MIN_VALUE : 1 << 24) + random.nextInt(1 << 30));
            assertThat(isRefused(record(payload, payload.length))).isTrue();
        });
    }

    /// What is neither read nor refused ends the test.
    private static boolean isRefused(WalRecord record) {
        try {
            record.linesLength();
            record.head();
            record.body();
            return false;
        } catch (DamagedException e) {
            return true;
        }
    }
}
