package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

class DecimalTest {
    @Test
    void textAndNumberAgreeWhereverTheyStand() {
        Property.forAll(2_000, (random, size) -> {
            int digits = 1 + random.nextInt(19);
            var text = new StringBuilder();
            for (int i = 0; i < digits; i++) {
                text.append((char) ('0' + random.nextInt(10)));
            }
            String before = "9".repeat(random.nextInt(3));
            String after = "7".repeat(random.nextInt(20));
            byte[] line = (before + text + after).getBytes(StandardCharsets.US_ASCII);

            long value = Decimal.parse(line, before.length(), digits);

            assertThat(Long.toUnsignedString(value)).isEqualTo(text.toString().replaceFirst("^0+(?=.)", ""));
            byte[] written = new byte[digits];
            Decimal.writeFixed(value, digits, written, 0);
            assertThat(new String(written, StandardCharsets.US_ASCII)).isEqualTo(text.toString());
        });
    }
}
