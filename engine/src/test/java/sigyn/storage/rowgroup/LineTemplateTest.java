package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

/// The structure that templates show is the structure of the lines.
class LineTemplateTest {
    @Test
    void oneStatementIsOneTemplateWithTypedVariables() {
        var lines = new ArrayList<byte[]>();
        var none = new ArrayList<byte[]>();
        long[] times = new long[2000];
        for (int i = 0; i < times.length; i++) {
            times[i] = 1_700_000_000_000_000_000L + i * 1_000_000_000L;
            lines.add(("ts=" + java.time.Instant.ofEpochSecond(1_700_000_000L + i) + " level=info port=8080 took "
                            + i * 37 % 5000 + "ms user=u" + i % 3)
                    .getBytes(StandardCharsets.UTF_8));
            none.add(new byte[0]);
        }
        var in = LineMaker.input(times, new int[times.length], lines, none);
        var group = RowGroup.open(new RowGroupEncoder().encode(in).data());
        assertThat(group.templates()).isEqualTo(1);
        var template = group.template(0);
        assertThat(template.variables()).isEqualTo(4);
        assertThat(new String(template.piece(1), StandardCharsets.UTF_8)).isEqualTo("Z level=info port=");
        assertThat(template.constant(1)).isEqualTo("8080".getBytes(StandardCharsets.UTF_8));
        assertThat(template.numbers(2)).hasSize(2000).startsWith(0, 37, 74);
        assertThat(template.isPlain(0)).isTrue();
        assertThat(template.isAlphanumeric(0)).isFalse();
        assertThat(template.isAlphanumeric(3)).isTrue();
        assertThat(template.value(3, 5)).isEqualTo("2".getBytes(StandardCharsets.UTF_8));
        assertThat(template.row(7)).isEqualTo(7);
    }

    @Test
    void piecesAndValuesMakeTheLines() {
        var encoder = new RowGroupEncoder();
        Property.forAll(100, (random, size) -> {
            var in = new LineMaker(random).group(1 + random.nextInt(size * 10));
            var group = RowGroup.open(encoder.encode(in).data());
            for (int t = 0; t < group.templates(); t++) {
                var template = group.template(t);
                for (int k = 0; k < Math.min(20, template.rows()); k++) {
                    assertThat(group.templateIds()[template.row(k)]).isEqualTo(t);
                    assertThat(line(template, k)).isEqualTo(RoundTripPropertyTest.line(in, template.row(k)));
                }
            }
        });
    }

    private static byte[] line(LineTemplate template, int k) {
        var line = new java.io.ByteArrayOutputStream();
        for (int v = 0; v < template.variables(); v++) {
            line.writeBytes(template.piece(v));
            byte[] value = template.value(v, k);
            var numbers = template.numbers(v);
            if (numbers != null) {
                value = Long.toString(numbers[k]).getBytes(StandardCharsets.US_ASCII);
            }
            var dictionary = template.dictionary(v);
            if (dictionary != null) {
                value = dictionary.values().get(dictionary.index()[k]);
            }
            line.writeBytes(value);
            if (template.isAlphanumeric(v)) {
                for (byte b : value) {
                    assertThat(Character.isLetterOrDigit(b) && b > 0).isTrue();
                }
            }
        }
        line.writeBytes(template.piece(template.variables()));
        return line.toByteArray();
    }
}
