package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.storage.port.MetadataCodec;
import sigyn.storage.rowgroup.LineSetEncoder.Encodings;
import sigyn.testkit.Property;

/// Whatever rows go in come out byte for byte, with every model of lines.
class RoundTripPropertyTest {
    private static final List<Encodings> MODELS =
            List.of(Encodings.ALL, new Encodings(true, false), new Encodings(false, true), new Encodings(false, false));

    @Test
    void rowsComeOutAsTheyWentIn() {
        var encoders = new ArrayList<RowGroupEncoder>();
        for (var model : MODELS) {
            encoders.add(new RowGroupEncoder(model));
        }
        Property.forAll(600, (random, size) -> {
            var maker = new LineMaker(random);
            int rows = 1 + random.nextInt(random.nextInt(8) == 0 ? size * 40 : size);
            var in = maker.group(rows);
            var group = encoders.get(random.nextInt(MODELS.size())).encodeUnverified(in);
            int row = Verification.firstDifference(in, group);
            assertThat(row)
                    .as(() -> "line "
                            + new String(line(in, Math.max(0, row)), java.nio.charset.StandardCharsets.ISO_8859_1)
                            + " at " + in.timestamp()[Math.max(0, row)])
                    .isEqualTo(-1);
            int changed = random.nextInt(rows);
            if (in.lineLength()[changed] > 0) {
                in.bytes()[in.lineStart()[changed] + random.nextInt(in.lineLength()[changed])]++;
                assertThat(Verification.firstDifference(in, group)).isEqualTo(changed);
            }
        });
    }

    @Test
    void readersHandOutTheSameRowsInBothDirections() {
        var encoder = new RowGroupEncoder();
        Property.forAll(100, (random, size) -> {
            var in = new LineMaker(random).group(1 + random.nextInt(size * 60));
            var group = RowGroup.open(encoder.encode(in).data());
            var streams = new ArrayList<Labels>();
            for (int i = 0; i < 301; i++) {
                streams.add(Labels.of(java.util.Map.of("s", Integer.toString(i))));
            }
            for (var direction : Direction.values()) {
                var reader = group.read(group.all(), direction, true, true, streams);
                int row = direction == Direction.FORWARD ? 0 : in.rows() - 1;
                for (var batch = reader.next(); batch != null; batch = reader.next()) {
                    for (int i = 0; i < batch.rows(); i++) {
                        assertThat(batch.timestamp()[i]).isEqualTo(in.timestamp()[row]);
                        assertThat(batch.streams().get(batch.stream()[i])).isEqualTo(streams.get(in.stream()[row]));
                        int from = batch.lineStart()[i];
                        assertThat(Arrays.copyOfRange(batch.bytes(), from, from + batch.lineLength()[i]))
                                .isEqualTo(line(in, row));
                        assertThat(metadata(batch, i)).isEqualTo(metadata(in, row));
                        row += direction == Direction.FORWARD ? 1 : -1;
                    }
                }
                assertThat(row).isEqualTo(direction == Direction.FORWARD ? in.rows() : -1);
            }
        });
    }

    @Test
    void oneMegabyteLinesSurvive() {
        var lines = new ArrayList<byte[]>();
        var none = new ArrayList<byte[]>();
        byte[] digits = new byte[1 << 20];
        Arrays.fill(digits, (byte) '7');
        byte[] mixed = new byte[1 << 20];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = (byte) "a1 b2=".charAt(i % 6);
        }
        for (int i = 0; i < 12; i++) {
            lines.add(i % 3 == 0 ? digits : i % 3 == 1 ? mixed : new byte[1 << 20]);
            none.add(new byte[0]);
        }
        var in = LineMaker.input(new long[12], new int[12], lines, none);
        assertThat(Verification.firstDifference(in, new RowGroupEncoder().encodeUnverified(in)))
                .isEqualTo(-1);
    }

    static byte[] line(RowGroupInput in, int row) {
        return Arrays.copyOfRange(in.bytes(), in.lineStart()[row], in.lineStart()[row] + in.lineLength()[row]);
    }

    private static Labels metadata(RowGroupInput in, int row) {
        try {
            return MetadataCodec.decode(in.bytes(), in.metadataStart()[row], in.metadataLength()[row]);
        } catch (IllegalArgumentException _) {
            return Labels.EMPTY;
        }
    }

    private static Labels metadata(sigyn.storage.port.RowBatch batch, int row) {
        var pairs = new java.util.TreeMap<String, String>();
        for (var column : batch.metadata()) {
            int n = column.length()[row];
            if (n >= 0) {
                pairs.put(
                        column.name(),
                        new String(column.bytes(), column.start()[row], n, java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return Labels.of(pairs);
    }
}
