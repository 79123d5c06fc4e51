package sigyn.server.ingest;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import sigyn.model.Labels;

/// Keeps labels that explode (a request id as a label, a pod name that changes every second) from making a stream of
/// every line: once a label of a tenant has had `mostValues` values, or the tenant `STREAMS_PER_VALUE` times as many
/// streams, what is new becomes structured metadata of the entries. Nothing is refused, and nothing is lost: the same
/// name and value are found there.
///
/// What was seen is kept as hashes and forgotten after a day, so that names that come and go do not add up.
final class LabelDemotion {
    /// Labels with fewer values than this are what streams are made of and stay.
    private static final int ORDINARY_VALUES = 1_000;

    private static final int STREAMS_PER_VALUE = 5;
    private static final int MOST_NAMES = 2_000;
    private static final Duration FORGET = Duration.ofDays(1);

    private static final class Seen {
        final Object period = new Object();
        final Set<Integer> streams = ConcurrentHashMap.newKeySet();
        final Map<String, Values> names = new ConcurrentHashMap<>();
        final Set<String> demoted = ConcurrentHashMap.newKeySet();
    }

    private static final class Values {
        final Set<Integer> hashes = ConcurrentHashMap.newKeySet();
        final AtomicInteger count = new AtomicInteger();

        boolean has(String value) {
            return hashes.contains(value.hashCode());
        }

        void add(String value) {
            if (hashes.add(value.hashCode())) {
                count.incrementAndGet();
            }
        }
    }

    private final Clock clock;
    private volatile Seen seen = new Seen();
    private volatile long forgetAt;

    LabelDemotion(Clock clock) {
        this.clock = clock;
        this.forgetAt = clock.millis() + FORGET.toMillis();
    }

    /// Stands for the time until what was seen is forgotten: the same object as long as a stream whose labels all stay
    /// is sure to keep them.
    Object period() {
        return seen.period;
    }

    /// The labels of a stream that are to be metadata, with their values; empty for nearly every stream.
    Map<String, String> of(Labels labels, int mostValues) {
        var known = seen;
        if (known.streams.contains(labels.hashCode())) {
            return Map.of();
        }
        if (clock.millis() >= forgetAt) {
            forgetAt = clock.millis() + FORGET.toMillis();
            known = new Seen();
            seen = known;
        }
        var demoted = new TreeMap<String, String>();
        for (int i = 0; i < labels.size(); i++) {
            String name = labels.name(i);
            if (!mayStay(known, name, labels.value(i), mostValues)) {
                demoted.put(name, labels.value(i));
            }
        }
        if (known.streams.size() >= (long) mostValues * STREAMS_PER_VALUE) {
            demoteMore(known, labels, demoted);
        }
        known.streams.add(without(labels, demoted).hashCode());
        for (String name : demoted.keySet()) {
            if (known.names.containsKey(name)) {
                known.demoted.add(name);
            }
        }
        return demoted;
    }

    /// Labels of which values have become metadata since what was seen was last forgotten, at most `MOST_NAMES`.
    SortedSet<String> names() {
        return new TreeSet<>(seen.demoted);
    }

    private static boolean mayStay(Seen known, String name, String value, int mostValues) {
        var values = known.names.get(name);
        if (values == null) {
            if (known.names.size() >= MOST_NAMES) {
                return false;
            }
            values = known.names.computeIfAbsent(name, _ -> new Values());
        }
        if (values.has(value)) {
            return true;
        }
        if (values.count.get() >= mostValues) {
            return false;
        }
        values.add(value);
        return true;
    }

    /// Labels with the most values first, until the stream is one that is known or only ordinary labels are left.
    private static void demoteMore(Seen known, Labels labels, TreeMap<String, String> demoted) {
        var names = new ArrayList<String>();
        for (int i = 0; i < labels.size(); i++) {
            String name = labels.name(i);
            if (!demoted.containsKey(name) && !name.equals("service_name") && count(known, name) >= ORDINARY_VALUES) {
                names.add(name);
            }
        }
        names.sort(Comparator.comparingInt((String name) -> count(known, name)).reversed());
        for (String name : names) {
            if (known.streams.contains(without(labels, demoted).hashCode())) {
                return;
            }
            demoted.put(name, Objects.requireNonNull(labels.get(name)));
        }
    }

    /// True for names of labels, false for one of those that came when there were too many names.
    boolean isOrdinary(String name) {
        return seen.names.containsKey(name);
    }

    private static int count(Seen known, String name) {
        var values = known.names.get(name);
        return values == null ? 0 : values.count.get();
    }

    /// The stream that is left; one whose service name is demoted has the name of those without.
    static Labels without(Labels labels, Map<String, String> demoted) {
        if (demoted.isEmpty()) {
            return labels;
        }
        var map = new TreeMap<String, String>();
        if (demoted.containsKey("service_name")) {
            map.put("service_name", "unknown_service");
        }
        for (int i = 0; i < labels.size(); i++) {
            if (!demoted.containsKey(labels.name(i))) {
                map.put(labels.name(i), labels.value(i));
            }
        }
        return Labels.of(map);
    }
}
