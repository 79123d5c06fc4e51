package sigyn.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.model.Labels;

class LabelSetsTest {
    private final SplittableRandom random = new SplittableRandom(5);

    private String text(String alphabet) {
        var text = new StringBuilder();
        for (int i = random.nextInt(40); i >= 0; i--) {
            int at = alphabet.offsetByCodePoints(0, random.nextInt(alphabet.codePointCount(0, alphabet.length())));
            text.appendCodePoint(alphabet.codePointAt(at));
        }
        return text.toString();
    }

    @Test
    void setsAreReadBackWhateverTheyAreWrittenIn() {
        var sets = new ArrayList<Labels>();
        for (int i = 0; i < 1000; i++) {
            String alphabet =
                    i % 3 == 0 ? "aZ09~\u0080\u00e4\u00ff\u0100\u20ac\uffff\ud83d\ude00" : "abcXYZ019 _\u007f";
            var pairs = new String[2 * random.nextInt(6)];
            for (int p = 0; p < pairs.length; p += 2) {
                pairs[p] = text("abc_");
                pairs[p + 1] = text(alphabet);
            }
            sets.add(Labels.of(pairs));
        }
        var written = new ByteSink();
        LabelSets.write(sets, written);
        var plain = new ByteSink();
        for (var labels : sets) {
            plain.varint(labels.size());
            for (int p = 0; p < labels.size(); p++) {
                plain.text(labels.name(p));
                plain.text(labels.value(p));
            }
        }

        assertThat(written.toByteArray()).isEqualTo(plain.toByteArray());
        var source = new ByteSource(written.toByteArray());
        assertThat(sets).allSatisfy(labels -> assertThat(LabelSets.read(source)).isEqualTo(labels));
        source.expectEnd();
    }
}
