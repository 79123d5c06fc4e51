package sigyn.server.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.model.SigynException;

/// The entries of one JSON stream until its labels are known: they may stand behind the entries. Lines are kept as
/// UTF-8 bytes.
final class EntryBuffer {
    private int rows;
    private long[] time = new long[64];
    private int[] start = new int[64];
    private int[] length = new int[64];
    private final List<@Nullable Map<String, String>> metadata = new ArrayList<>();
    private byte[] bytes = new byte[4096];
    private int used;

    /// Adds an entry whose line is UTF-16 text.
    void add(long entryTime, char[] line, int offset, int count, @Nullable Map<String, String> entryMetadata) {
        if (rows == time.length) {
            time = Arrays.copyOf(time, rows * 2);
            start = Arrays.copyOf(start, rows * 2);
            length = Arrays.copyOf(length, rows * 2);
        }
        time[rows] = entryTime;
        start[rows] = used;
        encode(line, offset, count);
        length[rows] = used - start[rows];
        metadata.add(entryMetadata);
        rows++;
    }

    private void encode(char[] line, int offset, int count) {
        long most = used + count * 3L;
        if (most > bytes.length) {
            if (most > Integer.MAX_VALUE - 16) {
                throw SigynException.badRequest("more than 2 GB of lines in one stream");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.max(most, Math.min(bytes.length * 2L, Integer.MAX_VALUE - 16)));
        }
        byte[] out = bytes;
        int n = used;
        int end = offset + count;
        for (int i = offset; i < end; i++) {
            char c = line[i];
            if (c < 0x80) {
                out[n++] = (byte) c;
            } else if (c < 0x800) {
                out[n++] = (byte) (0xc0 | c >> 6);
                out[n++] = (byte) (0x80 | c & 0x3f);
            } else if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c) || i + 1 >= end || !Character.isLowSurrogate(line[i + 1])) {
                    throw SigynException.badRequest("a string holds half of a surrogate pair");
                }
                int point = Character.toCodePoint(c, line[++i]);
                out[n++] = (byte) (0xf0 | point >> 18);
                out[n++] = (byte) (0x80 | point >> 12 & 0x3f);
                out[n++] = (byte) (0x80 | point >> 6 & 0x3f);
                out[n++] = (byte) (0x80 | point & 0x3f);
            } else {
                out[n++] = (byte) (0xe0 | c >> 12);
                out[n++] = (byte) (0x80 | c >> 6 & 0x3f);
                out[n++] = (byte) (0x80 | c & 0x3f);
            }
        }
        used = n;
    }

    boolean isEmpty() {
        return rows == 0;
    }

    /// Hands all entries on and starts anew.
    void drainTo(Intake intake) {
        for (int i = 0; i < rows; i++) {
            intake.entry(time[i], bytes, start[i], length[i], metadata.get(i));
        }
        rows = 0;
        used = 0;
        metadata.clear();
    }
}
