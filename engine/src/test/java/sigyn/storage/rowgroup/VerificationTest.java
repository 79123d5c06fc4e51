package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sigyn.model.Labels;
import sigyn.storage.port.MetadataCodec;

/// Whatever differs in whichever row, that row is named.
class VerificationTest {
    /// Rows of two templates by turns, several batches of each and a rest.
    private static final int ROWS = 150;

    private final RowGroupInput in = input();
    private final EncodedRowGroup encoded = new RowGroupEncoder().encodeUnverified(in);

    private static RowGroupInput input() {
        long[] time = new long[ROWS];
        Arrays.setAll(time, i -> 1_700_000_000_000_000_000L + i * 1000L);
        int[] stream = new int[ROWS];
        Arrays.setAll(stream, i -> i % 5);
        var lines = new ArrayList<byte[]>();
        var metadata = new ArrayList<byte[]>();
        for (int i = 0; i < ROWS; i++) {
            String line = i % 3 == 0 ? "GET /item/" + i + " took " + i % 7 + " ms" : "user u" + i + " logged in";
            lines.add(line.getBytes(StandardCharsets.UTF_8));
            metadata.add(MetadataCodec.encode(Labels.of(Map.of("request", "r" + i * 7, "zone", "z" + i % 2))));
        }
        return LineMaker.input(time, stream, lines, metadata);
    }

    private int difference() {
        return Verification.firstDifference(in, encoded);
    }

    private void assertNamesByteOf(int row, int start, int length) {
        for (int at : new int[] {start, start + row % length, start + length - 1}) {
            in.bytes()[at] ^= 1;
            assertThat(difference()).isEqualTo(row);
            in.bytes()[at] ^= 1;
        }
    }

    private void assertNamesElementOf(int row, int[] column) {
        column[row]--;
        assertThat(difference()).isEqualTo(row);
        column[row]++;
    }

    @Test
    void theRowsThatWereEncodedDoNotDiffer() {
        assertThat(difference()).isEqualTo(-1);
    }

    @Test
    void aLineThatDiffers() {
        for (int row = 0; row < ROWS; row++) {
            assertNamesByteOf(row, in.lineStart()[row], in.lineLength()[row]);
            assertNamesElementOf(row, in.lineLength());
        }
    }

    @Test
    void metadataThatDiffers() {
        for (int row = 0; row < ROWS; row++) {
            assertNamesByteOf(row, in.metadataStart()[row], in.metadataLength()[row]);
            assertNamesElementOf(row, in.metadataLength());
        }
    }

    @Test
    void aTimeThatDiffers() {
        for (int row = 0; row < ROWS; row++) {
            in.timestamp()[row]++;
            assertThat(difference()).isEqualTo(row);
            in.timestamp()[row]--;
        }
    }

    @Test
    void aStreamThatDiffers() {
        for (int row = 0; row < ROWS; row++) {
            assertNamesElementOf(row, in.stream());
        }
    }
}
