package sigyn.logql.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

class RequiredTextTest {
    private static final List<String> ATOMS = List.of(
            "a",
            "b",
            "ab",
            "[ab|]",
            "[^]a]",
            "\\(?:",
            "\\|",
            "(?:ab)",
            "(?P<n>a|b)",
            "(b)",
            "|",
            "a?",
            "b*",
            "(ab)+",
            "a+",
            "\\d",
            "b{0}",
            ".",
            "[(?:]",
            "[(?P<]",
            ">",
            "\\\\",
            "(?:a|)",
            "^",
            "$",
            ":");

    @Test
    void everyMatchHoldsOneOfThem() {
        var sure = new AtomicInteger();
        Property.forAll(8000, (random, size) -> {
            String regex = text(random, ATOMS, 5);
            Pattern pattern;
            try {
                pattern = Pattern.compile(regex);
            } catch (PatternSyntaxException e) {
                return;
            }
            var texts = RequiredText.ofAlternatives(regex);
            sure.addAndGet(texts.size());
            for (int i = 0; i < 20 && !texts.isEmpty(); i++) {
                String line = text(random, List.of("a", "b", "ab", "|", "(", ":", "1", "\\", "]", "{"), 8);
                if (pattern.matcher(line).find()) {
                    assertThat(texts).as("%s in %s", regex, line).anyMatch(line::contains);
                }
            }
        });
        if (System.getProperty("property.cases") == null) {
            assertThat(sure).hasValueGreaterThan(1000);
        }
    }

    @Test
    void aClassMayHoldWhatBeginsAGroup() {
        assertThat(RequiredText.ofAlternatives("[(?P<]x|y>z]w")).isEmpty();
    }

    private static String text(RandomGenerator random, List<String> parts, int most) {
        var text = new StringBuilder();
        for (int i = random.nextInt(most); i >= 0; i--) {
            text.append(parts.get(random.nextInt(parts.size())));
        }
        return text.toString();
    }
}
