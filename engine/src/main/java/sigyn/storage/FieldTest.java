package sigyn.storage;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import sigyn.codec.TextPieces;
import sigyn.model.FieldValue;
import sigyn.storage.block.LineTest;
import sigyn.storage.index.StreamIndex;

/// A [FieldValue] asked row by row. For one thread.
final class FieldTest {
    private final FieldValue field;
    private final StreamIndex index;
    private final LineTest shows;
    private final LineTest hides;
    private final BitSet askedStreams = new BitSet();
    private final BitSet carryingStreams = new BitSet();
    private final KeyTest carried;
    private boolean mayHide = true;

    FieldTest(FieldValue field, StreamIndex index) {
        this.field = field;
        this.index = index;
        this.shows = LineTest.of(field.shows());
        this.hides = LineTest.of(field.hides());
        this.carried = new KeyTest(field.carriedBy());
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
                || carried.test(bytes, end, end + metadataLength)
                || mayHide && hides.test(bytes, line, end);
    }

    private boolean streamCarries(int stream) {
        if (!askedStreams.get(stream)) {
            askedStreams.set(stream);
            carryingStreams.set(stream, index.get(stream).labels().get(field.name()) != null);
        }
        return carryingStreams.get(stream);
    }
}
