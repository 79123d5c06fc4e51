package sigyn.storage.rowgroup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import sigyn.testkit.Property;

/// Lines split along the tree have the very tokens that they have without it: needles are routed by that.
class TemplateTreeTest {
    private static final long NOON = 1_795_780_800_000_000_000L;
    private static final long DAY = 86_400_000_000_000L;

    /// Parts that stick together, begin timestamps, end in the middle of runs, or are another one's beginning.
    private static final String[] PARTS = {
        "Nov 26 11:59:58",
        "Nov  1 11:59:58",
        "Nov 27 12:00:01 2026",
        "Nov",
        "Nov ",
        "Mar 9 ",
        "2026-11-27T12:00:00.123Z",
        "2026-11-27 12:00:00,5",
        "2026-11-27T12:00:00.1234567890",
        "27/Nov/2026:12:00:00",
        "26/11/27 12:00:00",
        "1795780800",
        "1795780800123",
        "10.0.0.1",
        "10.0.0.1.2",
        "256.1.1.1",
        "12:00:00",
        "12:00:00x",
        "7b7a0b5e-1df5-4b1c-8b0a-0c0ffee0c0de",
        "7b7a0b5e-1df5",
        "deadbeef",
        "DEADBEEF",
        "cafe",
        "bad",
        "12",
        "1234",
        "12ms",
        "node12",
        "node12x",
        "x",
        "abc",
        "level=",
        "level=info ",
        "user ",
        "Z",
        "é",
        " ",
        ".",
        "-",
        "/",
        ":",
        "\"",
        ", ",
        "the quick brown fox jumps over the lazy dog ",
    };

    @Test
    void linesOfKnownTemplatesAreSplitAsWithoutIt() {
        int[] followed = {0};
        Property.forAll(3000, (random, size) -> {
            var known = new TemplateTree();
            var tokenizer = new Tokenizer(5, true);
            var plain = new Tokenizer(5, true);
            var templates = new HashMap<Long, Integer>();
            var shapes = new String[1 + random.nextInt(4)][];
            Arrays.setAll(shapes, _ -> parts(random, 1 + random.nextInt(1 + size / 8)));
            for (int i = 0; i < 40; i++) {
                var line = line(random, shapes[random.nextInt(shapes.length)]);
                byte[] b = (random.nextBoolean() ? line : "7" + line + "7").getBytes(ISO_8859_1);
                int from = b.length == line.length() ? 0 : 1;
                int end = from + line.length();
                long time = NOON + (random.nextInt(8) == 0 ? random.nextInt(-400, 400) * DAY : 0);
                var expected = new Tokens();
                long hash = plain.tokenize(b, from, end, time, expected);
                var tokens = new Tokens();
                int id = tokenizer.follow(known, b, from, end, time, tokens);
                if (id < 0) {
                    assertThat(tokens.count).isZero();
                    assertThat(tokenizer.tokenize(b, from, end, time, tokens)).isEqualTo(hash);
                    id = templates.computeIfAbsent(hash, _ -> templates.size());
                    known.learn(b, from, end, tokens, 0, id);
                } else {
                    followed[0]++;
                }
                assertThat(templates).as(line).containsEntry(hash, id);
                assertThat(entries(tokens)).as(line).isEqualTo(entries(expected));
                assertThat(Arrays.copyOf(tokens.kinds, tokens.lineCount))
                        .as(line)
                        .isEqualTo(Arrays.copyOf(expected.kinds, expected.lineCount));
            }
        });
        assertThat(followed[0]).isPositive();
    }

    @Test
    void aNodeHasSoManyEdges() {
        var lines = new ArrayList<String>();
        for (int i = 0; i < 3 * TemplateTree.MOST_OF_ONE; i++) {
            lines.add(word(i) + " 1");
        }
        assertThat(followed(lines)).isEqualTo(TemplateTree.MOST_OF_ONE);
    }

    /// Every line ends in an edge of its own, behind two that it shares with others.
    @Test
    void theTreeHasSoManyEdges() {
        var lines = new ArrayList<String>();
        for (int i = 0; i < 2 * TemplateTree.MOST; i++) {
            lines.add(word(i % 21) + " 1 " + word(i / 21 % 21) + " 2 " + word(i / 21 / 21));
        }
        assertThat(21 + 21 * 21 + followed(lines)).isBetween(TemplateTree.MOST - 2, TemplateTree.MOST);
    }

    /// Ten of the lines are just too long together.
    @Test
    void theTreeHasSoManyBytes() {
        var lines = new ArrayList<String>();
        String text = word(0).repeat(TemplateTree.MOST_BYTES / 10 / word(0).length());
        for (int i = 0; i < 20; i++) {
            lines.add(word(i) + text + " 1");
        }
        assertThat(followed(lines)).isEqualTo(9);
    }

    /// A word that is no token.
    private static String word(int i) {
        return "w" + (char) ('h' + i / 16) + (char) ('h' + i % 16);
    }

    /// How many of some lines the tree follows when all were shown to it; a group of them all is encoded right.
    private static int followed(List<String> lines) {
        var known = new TemplateTree();
        var tokenizer = new Tokenizer(5, true);
        var bytes = new ArrayList<byte[]>();
        for (String line : lines) {
            byte[] b = line.getBytes(ISO_8859_1);
            var tokens = new Tokens();
            tokenizer.tokenize(b, 0, b.length, NOON, tokens);
            known.learn(b, 0, b.length, tokens, 0, bytes.size());
            bytes.add(b);
        }
        int followed = 0;
        for (int i = 0; i < lines.size(); i++) {
            int id = tokenizer.follow(known, bytes.get(i), 0, bytes.get(i).length, NOON, new Tokens());
            assertThat(id).isIn(-1, i);
            followed += id < 0 ? 0 : 1;
        }
        var twice = new ArrayList<>(bytes);
        twice.addAll(bytes);
        int rows = twice.size();
        var in = LineMaker.input(new long[rows], new int[rows], twice, Collections.nCopies(rows, new byte[0]));
        assertThat(Verification.firstDifference(in, new RowGroupEncoder().encodeUnverified(in)))
                .isEqualTo(-1);
        return followed;
    }

    private static long[] entries(Tokens tokens) {
        long[] entries = new long[tokens.count];
        Arrays.setAll(entries, tokens::entry);
        return entries;
    }

    private static String[] parts(RandomGenerator random, int count) {
        var parts = new String[count];
        Arrays.setAll(parts, _ -> PARTS[random.nextInt(PARTS.length)]);
        return parts;
    }

    /// A line of one shape: numbers differ, and now and then a part.
    private static String line(RandomGenerator random, String[] shape) {
        var line = new StringBuilder();
        for (String part : shape) {
            line.append(random.nextInt(16) == 0 ? PARTS[random.nextInt(PARTS.length)] : part);
        }
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c >= '0' && c <= '9' && random.nextInt(4) == 0) {
                line.setCharAt(i, (char) ('0' + random.nextInt(10)));
            }
        }
        return line.toString();
    }
}
