package sigyn.storage.port;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import sigyn.codec.Varint;
import sigyn.model.Labels;

/// Structured metadata of one entry as bytes, in its canonical form: equal metadata has equal bytes.
///
/// ```
/// pairs   varint   number of pairs; no metadata at all is zero bytes long
/// then for each pair, sorted by name, no name twice, no empty value:
///   varint n, n bytes   name, UTF-8
///   varint n, n bytes   value, UTF-8
/// ```
public final class MetadataCodec {
    private static final byte[] NONE = new byte[0];

    private MetadataCodec() {}

    /// The canonical bytes of some names and values. Empty values are left out.
    public static byte[] encode(Map<String, String> metadata) {
        return encode(Labels.of(metadata));
    }

    public static byte[] encode(Labels metadata) {
        if (metadata.isEmpty()) {
            return NONE;
        }
        byte[] out = new byte[64];
        int at = Varint.write(out, 0, metadata.size());
        for (int i = 0; i < metadata.size(); i++) {
            for (String text : new String[] {metadata.name(i), metadata.value(i)}) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                int need = at + Varint.MAX_BYTES + bytes.length;
                if (need > out.length) {
                    out = Arrays.copyOf(out, Math.max(need, out.length * 2));
                }
                at = Varint.write(out, at, bytes.length);
                System.arraycopy(bytes, 0, out, at, bytes.length);
                at += bytes.length;
            }
        }
        return Arrays.copyOf(out, at);
    }

    /// The pairs behind `length` bytes that [#encode] made.
    public static Labels decode(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return Labels.EMPTY;
        }
        var reader = new Reader(bytes, offset, offset + length);
        int pairs = (int) reader.varint();
        var map = new TreeMap<String, String>();
        for (int i = 0; i < pairs; i++) {
            String name = reader.text();
            map.put(name, reader.text());
        }
        return Labels.of(map);
    }

    private static final class Reader {
        private final byte[] bytes;
        private final int end;
        private int at;

        Reader(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; shift < 70; shift += 7) {
                if (at >= end) {
                    throw new IllegalArgumentException("metadata ends inside a number");
                }
                byte b = bytes[at++];
                value |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("metadata holds a number of more than ten bytes");
        }

        String text() {
            long n = varint();
            if (n < 0 || n > end - at) {
                throw new IllegalArgumentException("metadata text of " + n + " bytes with " + (end - at) + " left");
            }
            String text = new String(bytes, at, (int) n, StandardCharsets.UTF_8);
            at += (int) n;
            return text;
        }
    }
}
