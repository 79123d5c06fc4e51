package sigyn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoRegexTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?i)\u1c80",
                "(?i)\\Q\u1c85\\E",
                "(?i)\\x{1c88}",
                "x(?si:[\\x{80}-\\x{10ffff}])",
                "(?i)[^\u0431-\u1c80]",
                "(?i)[]\\x{1C81}]",
                "(?-s)(?is)[a\\-\u1c80]"
            })
    void lettersWhoseCasesLeadNowhereAreRefused(String regex) {
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(() -> GoRegex.compile(regex))
                        .isInstanceOf(SigynException.class)
                        .hasMessageContaining("U+1C80"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u1c80",
                "[\\x{80}-\\x{10ffff}]",
                "(?i)[\\x00-\\x{10ffff}]",
                "(?i)[^a]\\W\\P{L}\\p{Cyrillic}[[:^ascii:]]",
                "(?i)[\u0400-\u04ff]",
                "(?s)[a-\u1c80]",
                "(?i)[a-]\\x{zz"
            })
    void othersAreNot(String regex) {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            try {
                assertThat(GoRegex.compile(regex)).isNotNull();
            } catch (SigynException e) {
                assertThat(e.getMessage()).doesNotContain("U+1C80");
            }
        });
    }
}
