package sigyn.storage;

import java.util.Arrays;
import java.util.function.Predicate;
import sigyn.storage.port.MetadataCodec;

/// Whether some key of a row's metadata passes. Remembers the last answer: most rows have what the row before has.
/// For one thread.
final class KeyTest {
    private final Predicate<String> key;
    private byte[] last = new byte[0];
    private boolean passes;

    KeyTest(Predicate<String> key) {
        this.key = key;
    }

    boolean test(byte[] bytes, int from, int to) {
        if (!Arrays.equals(bytes, from, to, last, 0, last.length)) {
            last = Arrays.copyOfRange(bytes, from, to);
            passes = false;
            var pairs = MetadataCodec.decode(bytes, from, to - from);
            for (int i = 0; i < pairs.size(); i++) {
                passes |= key.test(pairs.name(i));
            }
        }
        return passes;
    }
}
