package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import sigyn.model.Labels;
import sigyn.storage.port.TemplateRows;
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
        var template = group.template(0, List.of(Labels.of("a", "b")));
        assertThat(template.variables()).isEqualTo(4);
        assertThat(new String(template.piece(1), StandardCharsets.UTF_8)).isEqualTo("Z level=info port=");
        var constant = java.util.Objects.requireNonNull(template.dictionary(1));
        assertThat(constant.values()).containsExactly("8080".getBytes(StandardCharsets.UTF_8));
        assertThat(template.numbers(2)).hasSize(2000).startsWith(0, 37, 74);
        assertThat(has(template.bytes(0), '"')).isFalse();
        assertThat(has(template.bytes(0), ':')).isTrue();
        assertThat(has(template.bytes(3), '2')).isTrue();
        assertThat(has(template.bytes(3), ':')).isFalse();
        assertThat(value(template, 3, 5)).isEqualTo("2".getBytes(StandardCharsets.UTF_8));
        assertThat(template.chosen()).hasSize(2000).startsWith(0, 1);
        assertThat(template.time(7)).isEqualTo(times[7]);
        assertThat(template.streams().get(template.stream(7))).isEqualTo(Labels.of("a", "b"));
    }

    private static boolean has(long[] bytes, int b) {
        return (bytes[b >>> 6] >>> b & 1) != 0;
    }

    private static byte[] value(TemplateRows template, int v, int k) {
        byte[] out = new byte[template.maxLength(v) + 16];
        return Arrays.copyOf(out, template.write(v, k, out, 0));
    }

    @Test
    void piecesAndValuesMakeTheLines() {
        var encoder = new RowGroupEncoder();
        Property.forAll(100, (random, size) -> {
            var in = new LineMaker(random).group(1 + random.nextInt(size * 10));
            var group = RowGroup.open(encoder.encode(in).data());
            int[] of = group.templateIds();
            int[] seen = new int[group.templates()];
            var templates = new TemplateRows[group.templates()];
            for (int t = 0; t < templates.length; t++) {
                templates[t] = group.template(t, List.of());
            }
            for (int row = 0; row < group.rows(); row++) {
                var template = templates[of[row]];
                int k = seen[of[row]]++;
                byte[] expected = RoundTripPropertyTest.line(in, row);
                assertThat(line(template, k)).isEqualTo(expected);
                assertThat(template.lineLength(k)).isEqualTo(expected.length);
            }
        });
    }

    private static byte[] line(TemplateRows template, int k) {
        var line = new java.io.ByteArrayOutputStream();
        for (int v = 0; v < template.variables(); v++) {
            line.writeBytes(template.piece(v));
            byte[] value = value(template, v, k);
            var numbers = template.numbers(v);
            if (numbers != null) {
                assertThat(Long.toString(numbers[k]).getBytes(StandardCharsets.US_ASCII))
                        .isEqualTo(value);
            }
            var dictionary = template.dictionary(v);
            if (dictionary != null) {
                assertThat(dictionary.values().get(dictionary.index()[k])).isEqualTo(value);
            }
            assertThat(value.length).isBetween(template.minLength(v), template.maxLength(v));
            for (byte b : value) {
                assertThat(has(template.bytes(v), b & 0xff)).isTrue();
            }
            line.writeBytes(value);
        }
        line.writeBytes(template.piece(template.variables()));
        return line.toByteArray();
    }
}
