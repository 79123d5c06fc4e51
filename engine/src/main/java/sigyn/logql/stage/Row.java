package sigyn.logql.stage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.model.Labels;

/// One line on its way through a pipeline: its bytes, and its labels in three layers. Stream labels lie at the bottom,
/// structured metadata above, what stages made on top; a name is seen once, at the highest layer that has it.
///
/// One object is used for all rows of a scan; [#reset] starts the next. For one thread.
public final class Row {
    /// The label that says that something went wrong with a line, and the one that says what.
    public static final String ERROR = "__error__";

    public static final String ERROR_DETAILS = "__error_details__";

    /// What a parser appends to the name of a field that is a stream label or metadata already.
    public static final String EXTRACTED = "_extracted";

    private static final byte PARSED = 0;
    private static final byte REMOVED = 1;

    private final Texts texts = new Texts();
    private final SortedPairs pairs = new SortedPairs();
    private byte[] bytes = new byte[0];
    private int start;
    private int length;
    private long time;
    private Labels stream = Labels.EMPTY;
    private Labels metadata = Labels.EMPTY;
    private String[] names = new String[16];
    private String[] values = new String[16];
    private byte[] layers = new byte[16];
    private int count;
    private boolean touched;
    private @Nullable String error;
    private @Nullable String errorDetails;
    private int extracted;

    /// Starts a row. Metadata named like a stream label is seen under its name with `_extracted`.
    public void reset(long time, byte[] bytes, int start, int length, Labels stream, Labels metadata) {
        this.time = time;
        this.bytes = bytes;
        this.start = start;
        this.length = length;
        this.stream = stream;
        this.metadata = metadata;
        count = 0;
        touched = false;
        error = null;
        errorDetails = null;
        extracted = 0;
    }

    /// Metadata as it is seen above these stream labels.
    public static Labels visibleMetadata(Labels stream, Labels metadata) {
        boolean clash = false;
        for (int i = 0; i < metadata.size() && !clash; i++) {
            clash = stream.has(metadata.name(i));
        }
        if (!clash) {
            return metadata;
        }
        var map = new TreeMap<String, String>();
        for (int i = 0; i < metadata.size(); i++) {
            String name = metadata.name(i);
            map.put(stream.has(name) ? name + EXTRACTED : name, metadata.value(i));
        }
        return Labels.of(map);
    }

    public long time() {
        return time;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int start() {
        return start;
    }

    public int length() {
        return length;
    }

    public Labels stream() {
        return stream;
    }

    public Texts texts() {
        return texts;
    }

    /// The line as text; invalid UTF-8 becomes U+FFFD.
    public String line() {
        return new String(bytes, start, length, StandardCharsets.UTF_8);
    }

    public byte[] lineBytes() {
        return Arrays.copyOfRange(bytes, start, start + length);
    }

    public void setLine(byte[] line) {
        bytes = line;
        start = 0;
        length = line.length;
    }

    public void setLine(byte[] line, int from, int size) {
        bytes = line;
        start = from;
        length = size;
    }

    public @Nullable String error() {
        return error;
    }

    public boolean hasError() {
        return error != null && !error.isEmpty();
    }

    /// Marks the row as failed; empty details are left out.
    public void setError(String kind, String details) {
        error = kind;
        if (!details.isEmpty()) {
            errorDetails = details;
        }
    }

    public void clearError() {
        error = null;
    }

    public void clearErrorDetails() {
        errorDetails = null;
    }

    private int find(String name) {
        for (int i = 0; i < count; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /// The value of a label, or null. The details of an error cannot be asked for.
    public @Nullable String get(String name) {
        if (error != null && name.equals(ERROR)) {
            return error;
        }
        int i = find(name);
        if (i >= 0) {
            return layers[i] == REMOVED ? null : values[i];
        }
        String value = metadata.get(name);
        return value != null ? value : stream.get(name);
    }

    public String valueOrEmpty(String name) {
        String value = get(name);
        return value == null ? "" : value;
    }

    /// True when a stage made this label.
    public boolean isParsed(String name) {
        int i = find(name);
        return i >= 0 && layers[i] == PARSED;
    }

    /// The name under which a parser stores a field: with a suffix where stream or metadata have the name.
    public String extractedName(String name) {
        return stream.has(name) || isMetadata(name) ? name + EXTRACTED : name;
    }

    private boolean isMetadata(String name) {
        return metadata.has(name) && find(name) < 0;
    }

    /// Sets a label on the top layer; it hides those below.
    public void set(String name, String value) {
        put(name, value, PARSED);
    }

    /// Counts a wanted field that a parser found.
    public void countExtracted() {
        extracted++;
    }

    /// How many wanted fields parsers found so far.
    public int extracted() {
        return extracted;
    }

    /// Removes a label from all layers.
    public void remove(String name) {
        if (name.equals(ERROR)) {
            clearError();
        } else if (name.equals(ERROR_DETAILS)) {
            clearErrorDetails();
        } else if (find(name) >= 0 || metadata.has(name) || stream.has(name)) {
            put(name, "", REMOVED);
        }
    }

    /// Gives a label another name, on the top layer. Nothing happens when it is absent, or the error.
    public void rename(String from, String to) {
        String value = get(from);
        if (value == null || from.equals(ERROR)) {
            return;
        }
        put(to, value, PARSED);
        remove(from);
    }

    private void put(String name, String value, byte layer) {
        touched = true;
        int i = find(name);
        if (i < 0) {
            if (count == names.length) {
                names = Arrays.copyOf(names, count * 2);
                values = Arrays.copyOf(values, count * 2);
                layers = Arrays.copyOf(layers, count * 2);
            }
            i = count++;
            names[i] = name;
        }
        values[i] = value;
        layers[i] = layer;
    }

    /// Calls back for every visible label, the error labels included, in no particular order.
    public void each(LabelSink sink) {
        for (int i = 0; i < count; i++) {
            if (layers[i] != REMOVED) {
                sink.accept(names[i], values[i]);
            }
        }
        for (int i = 0; i < metadata.size(); i++) {
            if (find(metadata.name(i)) < 0) {
                sink.accept(metadata.name(i), metadata.value(i));
            }
        }
        for (int i = 0; i < stream.size(); i++) {
            String name = stream.name(i);
            if (find(name) < 0 && !metadata.has(name)) {
                sink.accept(name, stream.value(i));
            }
        }
        if (error != null) {
            sink.accept(ERROR, error);
        }
        if (errorDetails != null) {
            sink.accept(ERROR_DETAILS, errorDetails);
        }
    }

    @FunctionalInterface
    public interface LabelSink {
        void accept(String name, String value);
    }

    /// All visible labels in one set, empty values kept.
    public Labels labels() {
        if (!touched && metadata.isEmpty() && error == null && errorDetails == null) {
            return stream;
        }
        each(pairs::put);
        return pairs.take();
    }

    /// The visible labels by layer, empty values kept; the error labels are among the parsed ones.
    public record Layers(Labels stream, Labels metadata, Labels parsed) {}

    public Layers layers() {
        if (!touched && error == null && errorDetails == null) {
            return new Layers(stream, metadata, Labels.EMPTY);
        }
        for (int i = 0; i < count; i++) {
            if (layers[i] == PARSED) {
                pairs.put(names[i], values[i]);
            }
        }
        if (error != null) {
            pairs.put(ERROR, error);
        }
        if (errorDetails != null) {
            pairs.put(ERROR_DETAILS, errorDetails);
        }
        var parsed = pairs.take();
        return new Layers(seen(stream, metadata), seen(metadata, Labels.EMPTY), parsed);
    }

    /// The labels of a layer that neither what stages made nor `above` hides.
    private Labels seen(Labels layer, Labels above) {
        boolean hidden = false;
        for (int i = 0; i < layer.size() && !hidden; i++) {
            hidden = isHidden(layer.name(i), above);
        }
        if (!hidden) {
            return layer;
        }
        for (int i = 0; i < layer.size(); i++) {
            if (!isHidden(layer.name(i), above)) {
                pairs.put(layer.name(i), layer.value(i));
            }
        }
        return pairs.take();
    }

    private boolean isHidden(String name, Labels above) {
        return find(name) >= 0 || above.has(name);
    }
}
