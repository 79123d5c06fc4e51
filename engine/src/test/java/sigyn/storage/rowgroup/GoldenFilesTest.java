package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Groups written by the first release of each format version are read forever. `-Dgolden.write=true` writes the files
/// of the current version anew, which is only right before its release.
class GoldenFilesTest {
    private static final Path FOLDER = Path.of("src/test/resources/rowgroup/v1");
    private static final int GROUPS = 8;

    @Test
    void groupsOfVersionOneAreRead() throws IOException {
        if (Boolean.getBoolean("golden.write")) {
            write();
        }
        for (int i = 0; i < GROUPS; i++) {
            var encoded = new EncodedRowGroup(
                    Files.readAllBytes(FOLDER.resolve(i + ".data")), Files.readAllBytes(FOLDER.resolve(i + ".prune")));
            assertThat(Verification.firstDifference(rows(FOLDER.resolve(i + ".rows")), encoded))
                    .as("group " + i)
                    .isEqualTo(-1);
        }
    }

    private static void write() throws IOException {
        Files.createDirectories(FOLDER);
        for (int i = 0; i < GROUPS; i++) {
            var in = new LineMaker(new SplittableRandom(i)).group(i == 0 ? 1 : i * 60);
            var encoded = new RowGroupEncoder().encode(in);
            Files.write(FOLDER.resolve(i + ".data"), encoded.data());
            Files.write(FOLDER.resolve(i + ".prune"), encoded.prune());
            try (var out = new DataOutputStream(Files.newOutputStream(FOLDER.resolve(i + ".rows")))) {
                out.writeInt(in.rows());
                for (int row = 0; row < in.rows(); row++) {
                    out.writeLong(in.timestamp()[row]);
                    out.writeInt(in.stream()[row]);
                    out.writeInt(in.lineLength()[row]);
                    out.write(in.bytes(), in.lineStart()[row], in.lineLength()[row]);
                    out.writeInt(in.metadataLength()[row]);
                    out.write(in.bytes(), in.metadataStart()[row], in.metadataLength()[row]);
                }
            }
        }
    }

    private static RowGroupInput rows(Path file) throws IOException {
        try (var in = new DataInputStream(Files.newInputStream(file))) {
            int rows = in.readInt();
            long[] time = new long[rows];
            int[] stream = new int[rows];
            var lines = new ArrayList<byte[]>();
            var metadata = new ArrayList<byte[]>();
            for (int row = 0; row < rows; row++) {
                time[row] = in.readLong();
                stream[row] = in.readInt();
                lines.add(in.readNBytes(in.readInt()));
                metadata.add(in.readNBytes(in.readInt()));
            }
            return LineMaker.input(time, stream, lines, metadata);
        }
    }
}
