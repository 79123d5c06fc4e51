package sigyn.logql.exec;

import java.util.List;
import sigyn.model.Labels;

/// Series over the steps of a query: an operand or a result.
record SeriesSet(List<Series> series) {
    /// @param has at which steps there is a value
    record Series(Labels labels, double[] values, boolean[] has) {
        static Series empty(Labels labels, int steps) {
            return new Series(labels, new double[steps], new boolean[steps]);
        }

        void put(int step, double value) {
            values[step] = value;
            has[step] = true;
        }

        boolean isEmpty() {
            for (boolean one : has) {
                if (one) {
                    return false;
                }
            }
            return true;
        }
    }
}
