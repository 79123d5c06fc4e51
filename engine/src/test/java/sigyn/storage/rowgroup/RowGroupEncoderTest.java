package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class RowGroupEncoderTest {
    private static final int ROWS = 2_000;

    private static RowGroupInput rows(LongSupplier time) {
        long[] times = new long[ROWS];
        int[] streams = new int[ROWS];
        for (int i = 0; i < ROWS; i++) {
            times[i] = time.getAsLong();
            streams[i] = i * 7 % 300;
        }
        byte[] line = "started".getBytes(StandardCharsets.UTF_8);
        return LineMaker.input(times, streams, Collections.nCopies(ROWS, line), Collections.nCopies(ROWS, new byte[0]));
    }

    /// An encoder that has done others before makes the same of rows that came all at one time.
    @Test
    void nothingIsLeftOfTheRowsBefore() {
        var random = new SplittableRandom(1);
        long[] now = {1_700_000_000_000_000_000L};
        var before = rows(() -> now[0] += random.nextInt(1_000_000_000));
        var atOnce = rows(() -> 1_700_000_000_000_000_000L);

        var encoder = new RowGroupEncoder();
        encoder.encode(before);

        assertThat(encoder.encode(atOnce).data())
                .isEqualTo(new RowGroupEncoder().encode(atOnce).data());
    }
}
