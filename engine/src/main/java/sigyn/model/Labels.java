package sigyn.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A label set: names and values sorted by name, no name twice, no empty value. Equal sets are equal objects by value.
///
/// Printed as `{app="shop", env="dev"}`, values escaped as Go's `%q` does.
public final class Labels implements Comparable<Labels> {
    public static final Labels EMPTY = new Labels(new String[0]);

    private final String[] pairs;
    private final int hash;
    /// 1 when all texts are ASCII, -1 when not, 0 when nobody has asked.
    private byte ascii;

    private Labels(String[] pairs) {
        this.pairs = pairs;
        this.hash = Arrays.hashCode(pairs);
    }

    /// Names and values by turns, in any order; the last of equal names wins; empty values are left out.
    public static Labels of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value");
        }
        var map = new TreeMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return of(map);
    }

    /// Names in the order of `String.compareTo`; empty values are left out.
    public static Labels of(Map<String, String> map) {
        SortedMap<String, String> sorted =
                map instanceof SortedMap<String, String> s && s.comparator() == null ? s : new TreeMap<>(map);
        var pairs = new ArrayList<String>(sorted.size() * 2);
        sorted.forEach((name, value) -> {
            if (!value.isEmpty()) {
                pairs.add(name);
                pairs.add(value);
            }
        });
        return pairs.isEmpty() ? EMPTY : new Labels(pairs.toArray(String[]::new));
    }

    /// Names and values by turns, already sorted, no name twice; the array is taken as it is, empty values are kept.
    /// For what a query made of a line's labels, where an empty value may be meant.
    public static Labels ofSorted(String... pairs) {
        return pairs.length == 0 ? EMPTY : new Labels(pairs);
    }

    public int size() {
        return pairs.length / 2;
    }

    public boolean isEmpty() {
        return pairs.length == 0;
    }

    public String name(int index) {
        return pairs[index * 2];
    }

    public String value(int index) {
        return pairs[index * 2 + 1];
    }

    /// True when all names and values are ASCII.
    public boolean isAscii() {
        if (ascii == 0) {
            ascii = (byte) (Arrays.stream(pairs).allMatch(Labels::isAscii) ? 1 : -1);
        }
        return ascii > 0;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /// The value of a label, or null when there is none.
    public @Nullable String get(String name) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(name)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    /// The value of a label; an absent label has the empty value.
    public String valueOrEmpty(String name) {
        String value = get(name);
        return value == null ? "" : value;
    }

    public boolean has(String name) {
        return get(name) != null;
    }

    /// A mutable copy, sorted by name.
    public TreeMap<String, String> toMap() {
        var map = new TreeMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    /// This set with one label set to a value, or removed when the value is empty.
    public Labels with(String name, String value) {
        var map = toMap();
        map.put(name, value);
        return of(map);
    }

    public boolean matches(List<LabelMatcher> matchers) {
        for (var matcher : matchers) {
            if (!matcher.matches(valueOrEmpty(matcher.name()))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(Labels other) {
        int n = Math.min(pairs.length, other.pairs.length);
        for (int i = 0; i < n; i++) {
            int order = pairs[i].compareTo(other.pairs[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(pairs.length, other.pairs.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof Labels labels && hash == labels.hash && Arrays.equals(pairs, labels.pairs);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        var text = new StringBuilder("{");
        for (int i = 0; i < pairs.length; i += 2) {
            if (i > 0) {
                text.append(", ");
            }
            text.append(pairs[i]).append('=');
            GoQuote.quote(text, pairs[i + 1]);
        }
        return text.append('}').toString();
    }
}
