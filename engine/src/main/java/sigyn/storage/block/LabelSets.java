package sigyn.storage.block;

import java.util.List;
import java.util.TreeMap;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.model.Labels;

/// Label sets as the log and blocks have them: of each set the number of its pairs (varint), then name and value texts.
///
/// The texts of many streams are all over the memory. Measuring some sets before the first of them is written
/// lets the processor wait for all of their texts at once.
public final class LabelSets {
    private static final int MEASURED = 32;

    private LabelSets() {}

    public static void write(List<Labels> sets, ByteSink sink) {
        for (int i = 0; i < sets.size(); i++) {
            if (i % MEASURED == 0) {
                sink.reserve(characters(sets, i));
            }
            var labels = sets.get(i);
            sink.varint(labels.size());
            boolean isAscii = labels.isAscii();
            for (int pair = 0; pair < labels.size(); pair++) {
                write(labels.name(pair), isAscii, sink);
                write(labels.value(pair), isAscii, sink);
            }
        }
    }

    private static void write(String text, boolean isAscii, ByteSink sink) {
        if (isAscii) {
            sink.ascii(text);
        } else {
            sink.text(text);
        }
    }

    /// Reads one set.
    public static Labels read(ByteSource source) {
        var map = new TreeMap<String, String>();
        for (int pairs = source.count(source.remaining()); pairs > 0; pairs--) {
            String name = source.text();
            map.put(name, source.text());
        }
        return Labels.of(map);
    }

    /// Characters of the texts of some sets from the `first`-th on.
    private static int characters(List<Labels> sets, int first) {
        int sum = 0;
        for (int i = first; i < Math.min(sets.size(), first + MEASURED); i++) {
            var labels = sets.get(i);
            for (int pair = 0; pair < labels.size(); pair++) {
                sum += labels.name(pair).length() + labels.value(pair).length();
            }
        }
        return sum;
    }
}
