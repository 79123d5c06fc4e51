package sigyn.logql.column;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.logql.stage.Row;
import sigyn.model.Labels;
import sigyn.storage.port.TemplateRows;

/// The labels that rows of a template have before any stage: those of their streams and their structured metadata.
final class RowContext {
    private final TemplateRows rows;
    private final Labels sampleStream;
    private final Map<String, TemplateRows.Dictionary> metadata;
    private final Set<String> metadataNames;

    private RowContext(
            TemplateRows rows,
            Labels sampleStream,
            Map<String, TemplateRows.Dictionary> metadata,
            Set<String> metadataNames) {
        this.rows = rows;
        this.sampleStream = sampleStream;
        this.metadata = metadata;
        this.metadataNames = metadataNames;
    }

    /// Null when metadata of a wanted name is not numbered, is there in some rows only while a parser might make the
    /// name in the others, or is seen under another name.
    static @Nullable RowContext of(TemplateRows rows, int[] chosen, Set<String> wanted, boolean parsed) {
        var sample = rows.streams().get(rows.stream(chosen[0]));
        List<String> keys = rows.metadataKeys();
        if (keys == null) {
            return null;
        }
        var metadata = new HashMap<String, TemplateRows.Dictionary>();
        var present = new HashSet<String>();
        for (String key : keys) {
            if (wanted.contains(key + Row.EXTRACTED)) {
                return null;
            }
            if (!wanted.contains(key) || sample.has(key)) {
                continue;
            }
            var values = rows.metadata(key);
            if (values == null) {
                return null;
            }
            int with = 0;
            for (int k : chosen) {
                with += values.index()[k] >= 0 ? 1 : 0;
            }
            if (with == chosen.length) {
                present.add(key);
            } else if (with > 0 && parsed) {
                return null;
            }
            if (with > 0) {
                metadata.put(key, values);
            }
        }
        return new RowContext(rows, sample, metadata, present);
    }

    Labels sampleStream() {
        return sampleStream;
    }

    Set<String> metadataNames() {
        return metadataNames;
    }

    Labels sampleMetadata() {
        var map = new TreeMap<String, String>();
        for (String name : metadataNames) {
            map.put(name, "x");
        }
        return Labels.of(map);
    }

    Values values(String name) {
        var values = metadata.get(name);
        if (values != null) {
            return coded(values);
        }
        if (!sampleStream.has(name)) {
            return Values.Coded.constant(null);
        }
        return new OfStream(rows, name);
    }

    /// The last code stands for rows without a value.
    static Values.Coded coded(TemplateRows.Dictionary values) {
        int absent = values.values().size();
        int[] index = values.index();
        for (int k = 0; k < index.length; k++) {
            if (index[k] < 0) {
                index = index == values.index() ? index.clone() : index;
                index[k] = absent;
            }
        }
        return new Values.Coded(index, texts(values));
    }

    private static @Nullable String[] texts(TemplateRows.Dictionary values) {
        var texts = new @Nullable String[values.values().size() + 1];
        for (int i = 0; i < texts.length - 1; i++) {
            String text = new String(values.values().get(i), java.nio.charset.StandardCharsets.UTF_8);
            texts[i] = text.indexOf('\ufffd') < 0 ? text : text.replace("\ufffd", "");
        }
        return texts;
    }

    /// A label of the rows' streams; the code of a value is the stream's.
    record OfStream(TemplateRows rows, String name) implements Values {
        @Override
        public @Nullable String text(int k) {
            return rows.streams().get(rows.stream(k)).get(name);
        }
    }
}
