package sigyn.logql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.testkit.Property;

/// Pages of lines, many of one time, over units that are cut anew between two pages.
class PageTest {
    private static final QueryContext CONTEXT = QueryContext.of(Tenant.FAKE);

    private record Line(Labels stream, long time, String text, Labels metadata) {}

    private static ListReader reader(List<Line> lines, Random random) {
        var shuffled = new ArrayList<>(lines);
        Collections.shuffle(shuffled, random);
        var reader = new ListReader(1 + random.nextInt(9), 1 + random.nextInt(5));
        shuffled.forEach(l -> reader.add(l.stream, l.time, l.text, l.metadata));
        return reader;
    }

    private static String text(Entry entry) {
        return entry.time() + " " + entry.labels() + new String(entry.line(), StandardCharsets.UTF_8);
    }

    @Test
    void pagesHaveEveryLineOnceHoweverTheStoreIsCut() {
        Property.forAll(200, (random, size) -> {
            var shuffles = new Random(random.nextLong());
            var lines = new ArrayList<Line>();
            for (int i = 0; i < size * 2; i++) {
                lines.add(new Line(
                        Labels.of("app", "a" + random.nextInt(2)),
                        100 + random.nextInt(1 + size / 8),
                        "line " + random.nextInt(size * 2),
                        random.nextBoolean() ? Labels.EMPTY : Labels.of("m", "" + random.nextInt(2))));
            }
            // The format makes equal lines of different ones.
            String query = random.nextBoolean() ? "{app=~\".+\"}" : "{app=~\".+\"} | line_format \"same\"";
            var direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
            int limit = 1 + random.nextInt(10);
            var got = new ArrayList<Entry>();
            String next = "";
            while (next != null) {
                try (var engine = new QueryEngine(reader(lines, shuffles))) {
                    var page = engine.page(CONTEXT, new RangeQuery(query, 0, 1000, 1, 0, limit, direction), next);
                    assertThat(page.lines().entries()).hasSizeLessThanOrEqualTo(limit);
                    got.addAll(page.lines().entries());
                    next = page.next();
                }
            }
            try (var engine = new QueryEngine(reader(lines, shuffles))) {
                var all = (QueryResult.Streams)
                        engine.range(CONTEXT, new RangeQuery(query, 0, 1000, 1, 0, 5000, direction));
                assertThat(got.stream().map(Entry::time).toList())
                        .isEqualTo(all.entries().stream().map(Entry::time).toList());
                assertThat(got.stream().map(PageTest::text).sorted().toList())
                        .isEqualTo(all.entries().stream()
                                .map(PageTest::text)
                                .sorted()
                                .toList());
            }
        });
    }

    @Test
    void whatIsNotInTheOrderOfTimeHasNoPages() throws Exception {
        try (var engine = new QueryEngine(new ListReader(1, 1))) {
            for (String query : List.of(
                    "count_over_time({app=\"a\"}[1m])",
                    "{app=\"a\"} | sort by x",
                    "{app=\"a\"} | distinct x",
                    "{app=\"a\"} | context 1")) {
                assertThatThrownBy(() ->
                                engine.page(CONTEXT, new RangeQuery(query, 0, 1000, 1, 0, 5, Direction.FORWARD), ""))
                        .isInstanceOf(SigynException.class)
                        .hasMessageContaining("order of time");
            }
            assertThatThrownBy(() -> engine.page(
                            CONTEXT, new RangeQuery("{app=\"a\"}", 0, 1000, 1, 0, 5, Direction.FORWARD), "nonsense"))
                    .isInstanceOf(SigynException.class)
                    .hasMessageContaining("invalid 'next'");
        }
    }
}
