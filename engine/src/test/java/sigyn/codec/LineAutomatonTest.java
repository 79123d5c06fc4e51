package sigyn.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

class LineAutomatonTest {
    private static final List<String> ATOMS = List.of(
            "a",
            "b",
            "B",
            "0",
            "_",
            " ",
            ".",
            "[ab]",
            "[^a]",
            "(?i:[^B])",
            "\\d",
            "\\W",
            "\\s",
            "\\bx",
            "a\\b",
            "\\Bb",
            "^",
            "$",
            "(a|b0)",
            "(?:b|)",
            "(?i:aB)",
            "(?s:.)",
            "x{2}",
            "[0-9]{1,3}",
            "(a*)",
            "b+?",
            "[[:upper:]]",
            "\\x62",
            "é",
            "[à-ü]",
            "\\.",
            "[]a]",
            "[a-]",
            "(?i:k)",
            "(?i:\u212a)",
            "(?i:[\u212a])",
            "(?i:[^\u212a])",
            "(?i:\\x{212a})",
            "\u212a",
            "(?i:[{-\u212a])",
            "[{-\u212a]",
            "{",
            "a{0}",
            "\\A",
            "\\z");

    private static final String LETTERS = "aAbBxkK0 1_.\n-]{";

    private static int ask(LineAutomaton automaton, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return automaton.end(automaton.walk(LineAutomaton.START, bytes, 0, bytes.length));
    }

    private static String regex(RandomGenerator random) {
        var regex = new StringBuilder();
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            String atom = ATOMS.get(random.nextInt(ATOMS.size()));
            regex.append(
                    switch (random.nextInt(8)) {
                        case 0 -> "(?:" + atom + ")*";
                        case 1 -> "(" + atom + "|" + ATOMS.get(random.nextInt(ATOMS.size())) + ")?";
                        case 2 -> "(?:" + atom + "){1,2}";
                        case 3 -> atom + "|";
                        default -> atom;
                    });
        }
        return regex.toString();
    }

    @Test
    void saysWhatTheEngineSays() {
        int[] known = {0, 0};
        Property.forAll(3000, (random, size) -> {
            String regex = regex(random);
            var automaton = LineAutomaton.of(regex);
            known[automaton == null ? 0 : 1]++;
            if (automaton == null) {
                return;
            }
            var pattern = Pattern.compile(regex);
            for (int i = 0; i < 20; i++) {
                var line = new StringBuilder();
                for (int n = random.nextInt(10); n > 0; n--) {
                    line.append(random.nextInt(30) == 0 ? 'é' : LETTERS.charAt(random.nextInt(LETTERS.length())));
                }
                int said = ask(automaton, line.toString());
                boolean ascii = line.chars().allMatch(c -> c < 128);
                if (said != LineAutomaton.UNSURE) {
                    assertThat(said == LineAutomaton.FOUND)
                            .as("`%s` in \"%s\"", regex, line)
                            .isEqualTo(pattern.matcher(line.toString()).find());
                } else {
                    assertThat(ascii).as("`%s` in \"%s\"", regex, line).isFalse();
                }
            }
        });
        assertThat(known[1]).isGreaterThan(known[0]);
    }

    @Test
    void tooManyStatesAreNoAnswer() {
        var automaton = Objects.requireNonNull(LineAutomaton.of("(a|b)*a(a|b){14}c"));
        var random = new java.util.Random(1);
        var line = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            line.append(random.nextBoolean() ? 'a' : 'b');
        }
        assertThat(ask(automaton, line.toString())).isEqualTo(LineAutomaton.UNSURE);
    }

    @Test
    void whatOnlyTheEngineKnowsHasNoAutomaton() {
        assertThat(LineAutomaton.of("\\p{Greek}")).isNull();
        assertThat(LineAutomaton.of("(?m)^a")).isNull();
        assertThat(LineAutomaton.of("\\Qa.b\\E")).isNull();
    }
}
