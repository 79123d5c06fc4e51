package sigyn.logql.stage;

import java.util.Arrays;
import sigyn.model.Labels;

/// Names and values on their way into a label set, kept in the order of names; the last of equal names wins.
final class SortedPairs {
    private String[] pairs = new String[32];
    private int size;

    void put(String name, String value) {
        int low = 0;
        int high = size / 2;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int order = pairs[middle * 2].compareTo(name);
            if (order == 0) {
                pairs[middle * 2 + 1] = value;
                return;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (size == pairs.length) {
            pairs = Arrays.copyOf(pairs, size * 2);
        }
        System.arraycopy(pairs, low * 2, pairs, low * 2 + 2, size - low * 2);
        pairs[low * 2] = name;
        pairs[low * 2 + 1] = value;
        size += 2;
    }

    /// What was put since the last time.
    Labels take() {
        var labels = Labels.ofSorted(Arrays.copyOf(pairs, size));
        size = 0;
        return labels;
    }
}
