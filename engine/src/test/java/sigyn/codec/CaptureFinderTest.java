package sigyn.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

/// What is said of all lines of a shape is asked of some of them, and the library is asked about each.
class CaptureFinderTest {
    private static final List<String> ATOMS = List.of(
            "a",
            "b",
            "0",
            " ",
            "=",
            "-",
            ".",
            "[ab]",
            "[^a]",
            "[^ ]",
            "\\d",
            "\\w",
            "\\s",
            "\\S",
            "\\D",
            "(?i:A)",
            "ab",
            "a=",
            "^",
            "$",
            "(a|b0)",
            "(?:b|)",
            "(?:0|0a)",
            "x{2}",
            "\\d{1,3}",
            "[0-9]{2,}?",
            "(?s:.)");
    private static final List<String> PIECES = List.of("a=", " ", "b ", "0", "ab", "-", "a", " a=b ", "x", "= ");

    @Test
    void anExpressionDoesToOneShapeWhatItDoesToEachLine() {
        var matched = new AtomicInteger();
        var without = new AtomicInteger();
        Property.forAll(6000, (random, size) -> {
            String regex = regex(random);
            var finder = CaptureFinder.of(regex);
            if (finder == null) {
                return;
            }
            var shape = shape(random);
            int[] found = finder.find(shape);
            if (found == null) {
                return;
            }
            (found.length == 0 ? without : matched).incrementAndGet();
            for (int i = 0; i < 12; i++) {
                var line = new Line(random, shape);
                assertThat(line.found(regex, finder.names()))
                        .as("%s of all lines like <%s>, %s", regex, line.text, shape)
                        .isEqualTo(line.places(found));
            }
        });
        if (System.getProperty("property.cases") == null) {
            assertThat(matched).hasValueGreaterThan(500);
            assertThat(without).hasValueGreaterThan(200);
        }
    }

    @Test
    void aTextIsFoundInOneShapeWhereItIsInEachLine() {
        var decided = new AtomicInteger();
        Property.forAll(6000, (random, size) -> {
            var shape = shape(random);
            byte[] text = one(random, PIECES).getBytes(StandardCharsets.US_ASCII);
            int from = random.nextInt(shape.length() + 1);
            int at = shape.find(text, from);
            int begin = shape.begin(text);
            decided.addAndGet(at >= 0 ? 1 : 0);
            for (int i = 0; i < 12; i++) {
                var line = new Line(random, shape);
                if (at != LineShape.DIFFERS) {
                    assertThat(line.text.indexOf(new String(text, StandardCharsets.US_ASCII), line.starts[from]))
                            .isEqualTo(at < 0 ? -1 : line.starts[at]);
                }
                if (begin != LineShape.DIFFERS) {
                    assertThat(line.text.startsWith(new String(text, StandardCharsets.US_ASCII)))
                            .isEqualTo(begin == text.length);
                }
            }
        });
        if (System.getProperty("property.cases") == null) {
            assertThat(decided).hasValueGreaterThan(500);
        }
    }

    @Test
    void lengthsAndBytesOfVariablesCount() {
        var digits = new LineShape.Variable(0x03ff_0000_0000_0000L, 0, 3, 3);
        var some = new LineShape.Variable(0x03ff_0000_0000_0000L, 0, 1, 5);
        int[] symbols = {'s', '=', -1, ' ', 'm', 's'};
        var fixed = new LineShape(symbols, List.of(digits));
        var open = new LineShape(symbols, List.of(some));
        assertThat(find("s=(?P<n>\\d{3})", fixed)).containsExactly(2, 3);
        assertThat(find("s=(?P<n>\\d{3})", open)).isNull();
        assertThat(find("s=(?P<n>\\d+) (?P<unit>\\S+)", open)).containsExactly(2, 3, 4, 6);
        assertThat(find("(?P<first>\\d)", open)).isNull();
        assertThat(find("(?P<word>[a-z]+)$", open)).containsExactly(4, 6);
        assertThat(find("(?P<seven>7)", open)).isNull();
        assertThat(find("(?P<x>[a-f]+)", open)).isEmpty();
        assertThat(find("(?P<a>s)|(?P<b>m)", open)).containsExactly(0, 1, -1, -1);
        assertThat(CaptureFinder.of("\\b(?P<n>\\d+)")).isNull();
        assertThat(CaptureFinder.of("(?P<n>(?:a*)*)")).isNull();
    }

    private static int @Nullable [] find(String regex, LineShape shape) {
        return Objects.requireNonNull(CaptureFinder.of(regex)).find(shape);
    }

    private static String regex(RandomGenerator random) {
        var text = new StringBuilder();
        int groups = 0;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            String atom = one(random, ATOMS);
            boolean repeats = !atom.equals("^") && !atom.equals("$") && !atom.contains("{") && random.nextInt(2) == 0;
            if (repeats) {
                boolean grouped =
                        atom.length() > 1 && !atom.startsWith("\\") && !atom.startsWith("[") && !atom.startsWith("(");
                atom = (grouped ? "(?:" + atom + ")" : atom)
                        + one(random, List.of("*", "+", "+", "?", "*?", "+?", "{2}", "{0,2}"));
            }
            if (random.nextInt(2) == 0) {
                atom = "(?P<g" + groups++ + ">" + atom + (random.nextInt(4) == 0 ? "|" + one(random, ATOMS) : "") + ")";
            }
            text.append(atom);
            if (i > 1 && random.nextInt(8) == 0) {
                text.append('|');
            }
        }
        return groups == 0 ? "(?P<all>" + text + ")" : text.toString();
    }

    private static LineShape shape(RandomGenerator random) {
        var variables = new ArrayList<LineShape.Variable>();
        int[] symbols = new int[64];
        int n = 0;
        for (int i = random.nextInt(5); i >= 0; i--) {
            for (char c : one(random, PIECES).toCharArray()) {
                symbols[n++] = c;
            }
            if (random.nextInt(3) > 0) {
                String bytes = one(random, List.of("01", "0", "ab", "abx0", "b", "a0 -", "xy"));
                long low = 0;
                long high = 0;
                for (int k = 0; k < bytes.length(); k++) {
                    char c = bytes.charAt(k);
                    low |= c < 64 ? 1L << c : 0;
                    high |= c < 64 ? 0 : 1L << (c - 64);
                }
                int least = 1 + random.nextInt(3);
                variables.add(new LineShape.Variable(low, high, least, least + random.nextInt(3) * random.nextInt(40)));
                symbols[n++] = -variables.size();
            }
        }
        return new LineShape(Arrays.copyOf(symbols, n), variables);
    }

    private static <T> T one(RandomGenerator random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /// A line of a shape; `starts` says where in it each symbol begins, and where it ends.
    private static final class Line {
        final String text;
        final int[] starts;

        Line(RandomGenerator random, LineShape shape) {
            var line = new StringBuilder();
            starts = new int[shape.length() + 1];
            for (int i = 0; i < shape.length(); i++) {
                int symbol = shape.symbols()[i];
                if (symbol >= 0) {
                    line.append((char) symbol);
                } else {
                    var variable = shape.variables().get(-1 - symbol);
                    int length = variable.least() + random.nextInt(variable.most() - variable.least() + 1);
                    while (length > 0) {
                        int b = 32 + random.nextInt(96);
                        if (variable.mayHave(b)) {
                            line.append((char) b);
                            length--;
                        }
                    }
                }
                starts[i + 1] = line.length();
            }
            text = line.toString();
        }

        int[] places(int[] found) {
            return Arrays.stream(found)
                    .map(place -> place < 0 ? -1 : starts[place])
                    .toArray();
        }

        int[] found(String regex, List<String> names) {
            var matcher = Pattern.compile(regex).matcher(text);
            if (!matcher.find()) {
                return CaptureFinder.NOTHING;
            }
            return names.stream()
                    .flatMapToInt(name -> IntStream.of(matcher.start(name), matcher.end(name)))
                    .toArray();
        }
    }
}
