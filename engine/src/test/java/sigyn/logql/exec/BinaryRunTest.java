package sigyn.logql.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sigyn.logql.ast.BinaryOp;
import sigyn.logql.exec.SeriesSet.Series;
import sigyn.model.Labels;

class BinaryRunTest {
    private static Series series(String app, double... values) {
        var series = Series.empty(Labels.of("app", app), values.length);
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                series.put(i, values[i]);
            }
        }
        return series;
    }

    @Test
    void orKeepsSeriesOfTheLeftThatOnlyLookAlikeAndFillsTheirGaps() {
        var left = new SeriesSet(
                List.of(series("a", 1, 2, Double.NaN), series("a", 3, 4, Double.NaN), series("b", 5, 5, 5)));
        var right = new SeriesSet(List.of(series("a", 7, 8, 9), series("c", 6, 6, 6)));
        var all = BinaryRun.run(BinaryOp.OR, left, right, null, false, 3).series();
        assertThat(all).extracting(s -> s.labels().valueOrEmpty("app")).containsExactly("a", "a", "b", "c");
        assertThat(all.get(0).values()).containsExactly(1, 2, 9);
        assertThat(all.get(1).values()).startsWith(3, 4);
        assertThat(all.get(1).has()).containsExactly(true, true, false);
    }
}
