package sigyn.logql.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sigyn.testkit.Property;

class ConversionsTest {
    @Test
    void decimalsAreTheNearestDoubles() {
        Property.forAll(20_000, (random, _) -> {
            var text = new StringBuilder(random.nextBoolean() ? "" : random.nextBoolean() ? "-" : "+");
            int digits = random.nextInt(1, 20);
            int point = random.nextInt(25);
            for (int i = 0; i < digits; i++) {
                text.append(i == point ? "." : "").append(random.nextInt(10));
            }
            text.append(digits == point ? "." : "");
            assertThat(Conversions.parseFloat(text.toString()))
                    .as(text.toString())
                    .isEqualTo(Double.valueOf(text.toString()));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "-", "+.", "1.2.3", "1-", "--1", "12a", "1 ", "٣", "1e", "0x1"})
    void whatIsNoNumberIsNone(String text) {
        assertThat(Conversions.parseFloat(text)).isNull();
    }
}
