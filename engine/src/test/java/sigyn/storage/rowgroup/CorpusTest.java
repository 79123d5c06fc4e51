package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import sigyn.model.LinePredicate;
import sigyn.model.TimeRange;

/// Logs as people have them: kept exactly, much smaller, and found again.
class CorpusTest {
    private static final long TIME = 1_767_607_200_000_000_000L;

    @Test
    void ownSamplesSurviveShrinkAndAreFound() throws IOException {
        check(Path.of("../testdata/corpora"));
    }

    @Test
    void samplesBesideTheCheckoutSurviveShrinkAndAreFound() throws IOException {
        var folder = Path.of("../../shared/corpora");
        if (!Files.isDirectory(folder)) {
            System.out.println("no samples at " + folder + ": nothing to check");
            return;
        }
        check(folder);
    }

    private static void check(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "*.log")) {
            for (var file : files) {
                check(file.getFileName().toString(), Files.readAllLines(file, StandardCharsets.ISO_8859_1));
            }
        }
    }

    private static void check(String name, List<String> text) {
        var lines = new ArrayList<byte[]>();
        var none = new ArrayList<byte[]>();
        long[] times = new long[text.size()];
        long raw = 0;
        for (int i = 0; i < times.length; i++) {
            times[i] = TIME + i * 137_000_000L;
            lines.add(text.get(i).getBytes(StandardCharsets.ISO_8859_1));
            none.add(new byte[0]);
            raw += lines.get(i).length;
        }
        var in = LineMaker.input(times, new int[times.length], lines, none);
        var encoded = new RowGroupEncoder().encodeUnverified(in);
        assertThat(Verification.firstDifference(in, encoded)).as(name).isEqualTo(-1);
        assertThat(encoded.data().length + encoded.prune().length).as(name).isLessThan((int) (raw / 2));
        var group = RowGroup.open(encoded.data());
        var summary = RowGroupSummary.open(encoded.prune());
        var random = new SplittableRandom(1);
        for (int i = 0; i < 200; i++) {
            String line = text.get(random.nextInt(times.length));
            int from = random.nextInt(line.length());
            String needle = line.substring(from, Math.min(line.length(), from + 2 + random.nextInt(20)));
            if (!StandardCharsets.US_ASCII.newEncoder().canEncode(needle)) {
                continue;
            }
            var predicate = List.<LinePredicate>of(new LinePredicate.Contains(needle, false));
            long expected =
                    text.stream().filter(other -> other.contains(needle)).count();
            assertThat(group.count(predicate)).as(name + " " + needle).isEqualTo((int) expected);
            assertThat(summary.mayMatch(predicate, TimeRange.ALL)).isTrue();
        }
    }
}
