package sigyn.model;

/// A half-open span of time: nanoseconds since 1970, `start` inside, `end` outside.
public record TimeRange(long start, long end) {
    /// All of time.
    public static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

    public boolean isEmpty() {
        return start >= end;
    }

    public boolean contains(long time) {
        return time >= start && time < end;
    }

    /// True when some instant of `[min, max]`, both inside, is in this range.
    public boolean overlaps(long min, long max) {
        return min < end && max >= start;
    }

    /// The first index in `times`, which ascend, whose time is at least `time`.
    public static int lowerBound(long[] times, long time) {
        int low = 0;
        int high = times.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
