package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Answers recorded from Loki 3.7.6, asked of a server of our own over HTTP by the program that comes with them.
/// Without the folder `../shared/golden` beside the checkout there is nothing to ask. The groups of machine-made
/// queries are left out unless `-Dgolden.groups=*` asks for them.
class GoldenTest {
    private static final String GROUPS =
            "selectors,line_filter*,json*,logfmt*,regexp_parser,pattern_parser,unpack,label_filter,structured_metadata,"
                    + "detected_*,line_format,label_format,template_functions,drop_keep,decolorize,errors,pipelines,unwrap,"
                    + "range_aggregations,vector_aggregations,binary_operations,label_replace,literals,time_borders,params,"
                    + "post_form,headers,format_query,categorize_labels,labels,label_values,series,index_*,legacy_api,invalid_*,push*";
    /// What differs on purpose, see `docs/compatibility.md`: how many cases of a group may fail.
    private static final Map<String, Integer> DEVIATIONS =
            Map.of("label_values", 1, "detected_labels", 1, "random_metric", 1);

    private static final Pattern ROW = Pattern.compile("^(\\w+) +(\\d+) +(\\d+) +[0-9.]+%$");

    @TempDir
    Path folder;

    @Test
    void answersAreThoseOfLoki() throws Exception {
        Path golden = golden();
        assumeTrue(golden != null, "no recorded answers: ../shared/golden is not there");
        String config = Files.readString(golden.resolve("loki-config.yaml"));
        try (var api = new RunningApi(folder.resolve("data"), config, Clock.systemUTC())) {
            var command = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    golden.resolve("Check.java").toString(),
                    api.uri("http", "").toString(),
                    golden.toString(),
                    "--group",
                    System.getProperty("golden.groups", GROUPS),
                    "--failures",
                    folder.resolve("failures.jsonl").toString());
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var output = new ArrayList<String>();
            try (var lines = process.inputReader()) {
                lines.lines().forEach(output::add);
            }
            int exit = process.waitFor();
            String said = String.join("\n", output);
            assertThat(exit).as(said).isLessThan(2);
            int groups = 0;
            for (String line : output) {
                var row = ROW.matcher(line);
                if (row.matches() && !row.group(1).equals("TOTAL")) {
                    groups++;
                    assertThat(Integer.parseInt(row.group(3)))
                            .as("failures of group %s%n%s", row.group(1), said)
                            .isLessThanOrEqualTo(DEVIATIONS.getOrDefault(row.group(1), 0));
                }
            }
            assertThat(groups).as(said).isPositive();
        }
    }

    private static @Nullable Path golden() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path golden = at.resolve("shared/golden");
            if (Files.exists(golden.resolve("Check.java"))) {
                return golden;
            }
        }
        return null;
    }
}
