package sigyn.storage;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import sigyn.codec.TextPieces;
import sigyn.model.FieldValue;
import sigyn.storage.block.LineTest;
import sigyn.storage.index.StreamIndex;
import sigyn.storage.port.MetadataCodec;

/// A [FieldValue] asked row by row. For one thread.
final class FieldTest {
    private final FieldValue field;
    private final StreamIndex index;
    private final LineTest shows;
    private final LineTest hides;
    private final BitSet askedStreams = new BitSet();
    private final BitSet carryingStreams = new BitSet();
    /// The metadata that was asked last, and its answer: most rows have what the row before has.
    private byte[] metadata = new byte[0];

    private boolean metadataCarries;
    private boolean mayHide = true;

    FieldTest(FieldValue field, StreamIndex index) {
        this.field = field;
        this.index = index;
        this.shows = LineTest.of(field.shows());
        this.hides = LineTest.of(field.hides());
    }

    /// From now on rows are asked whose lines stand in a text with these pieces, null when they are not known.
    void within(@Nullable TextPieces pieces) {
        mayHide = pieces == null || hides.mayPass(pieces);
    }

    /// Whether the row may have the field with its value. Metadata stands behind the line.
    boolean mayHave(int stream, byte[] bytes, int line, int lineLength, int metadataLength) {
        int end = line + lineLength;
        return shows.test(bytes, line, end)
                || streamCarries(stream)
                || metadataCarries(bytes, end, end + metadataLength)
                || mayHide && hides.test(bytes, line, end);
    }

    private boolean streamCarries(int stream) {
        if (!askedStreams.get(stream)) {
            askedStreams.set(stream);
            carryingStreams.set(stream, index.get(stream).labels().get(field.name()) != null);
        }
        return carryingStreams.get(stream);
    }

    private boolean metadataCarries(byte[] bytes, int from, int to) {
        if (!Arrays.equals(bytes, from, to, metadata, 0, metadata.length)) {
            metadata = Arrays.copyOfRange(bytes, from, to);
            metadataCarries = false;
            var pairs = MetadataCodec.decode(bytes, from, to - from);
            for (int i = 0; i < pairs.size(); i++) {
                metadataCarries |= field.carriedBy().test(pairs.name(i));
            }
        }
        return metadataCarries;
    }
}
