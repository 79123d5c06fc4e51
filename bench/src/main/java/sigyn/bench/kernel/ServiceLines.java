package sigyn.bench.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import sigyn.bench.Corpus;
import sigyn.storage.rowgroup.RowGroupInput;

/// Generated lines of one service, the same each time, in time order and without metadata. They are cut to a size that
/// is a constant, because JMH wants the operations of a call to be one.
final class ServiceLines {
    static final String LOGFMT = "api-gateway";
    static final String JSON = "model-deployment-orchestrator";
    static final String SYSLOG = "syslog";

    private static final long LINES_OF_ALL_SERVICES = 400_000;
    private static final int GROUP_BYTES = 8 << 20;

    private ServiceLines() {}

    /// The first rows that have so many bytes of lines together; the last line is cut short to fit.
    static RowGroupInput ofBytes(String service, int bytes) {
        var all = all(service);
        int[] length = all.lineLength().clone();
        int rows = 0;
        int left = bytes;
        while (left > 0 && rows < all.rows()) {
            length[rows] = Math.min(length[rows], left);
            left -= length[rows++];
        }
        if (left > 0) {
            throw new IllegalStateException(service + " has " + (bytes - left) + " of " + bytes + " bytes");
        }
        return first(all, rows, length);
    }

    /// The first rows.
    static RowGroupInput ofRows(String service, int rows) {
        var all = all(service);
        if (all.rows() < rows) {
            throw new IllegalStateException(service + " has " + all.rows() + " of " + rows + " rows");
        }
        return first(all, rows, all.lineLength());
    }

    /// The lines of rows, one behind the other.
    static byte[] joined(RowGroupInput in) {
        byte[] out = new byte[Arrays.stream(in.lineLength(), 0, in.rows()).sum()];
        int at = 0;
        for (int i = 0; i < in.rows(); i++) {
            System.arraycopy(in.bytes(), in.lineStart()[i], out, at, in.lineLength()[i]);
            at += in.lineLength()[i];
        }
        return out;
    }

    private static RowGroupInput all(String service) {
        try {
            return Corpus.generated(LINES_OF_ALL_SERVICES, GROUP_BYTES)
                    .groups(service)
                    .getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RowGroupInput first(RowGroupInput of, int rows, int[] lineLength) {
        return new RowGroupInput(
                rows,
                of.timestamp(),
                of.stream(),
                of.bytes(),
                of.lineStart(),
                lineLength,
                of.metadataStart(),
                of.metadataLength());
    }
}
