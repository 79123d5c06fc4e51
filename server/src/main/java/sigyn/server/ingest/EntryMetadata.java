package sigyn.server.ingest;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.model.Labels;
import sigyn.server.config.IngestLimits;
import sigyn.storage.port.MetadataCodec;

/// The structured metadata of entries as it is stored: with legal names, and with the level that was discovered. For
/// one thread.
final class EntryMetadata {
    private static final byte[] NONE = {};

    private final LevelDetector levels;
    private final boolean discovers;
    private final Map<String, byte[]> bare = new HashMap<>();

    EntryMetadata(IngestLimits limits) {
        this.levels = new LevelDetector(limits.levelFields(), limits.levelJsonDepth());
        this.discovers = limits.discoverLevels() && limits.allowMetadata();
    }

    /// The level that a stream's labels tell, or null.
    @Nullable
    String levelOf(Labels labels) {
        return discovers ? levels.ofLabels(labels) : null;
    }

    /// Names that had to change win over names that were right as they came; of several, the last.
    static TreeMap<String, String> normalized(Map<String, String> raw) {
        var out = new TreeMap<String, String>();
        raw.forEach((name, value) -> {
            if (MetadataName.isPlain(name)) {
                put(out, name, value);
            }
        });
        raw.forEach((name, value) -> {
            if (!MetadataName.isPlain(name)) {
                put(out, MetadataName.normalize(name), value);
            }
        });
        return out;
    }

    private static void put(Map<String, String> metadata, String name, String value) {
        if (!value.isEmpty()) {
            metadata.put(name, value.indexOf('\ufffd') < 0 ? value : value.replace('\ufffd', ' '));
        }
    }

    /// Bytes of names and values.
    static int size(Map<String, String> metadata) {
        if (metadata.isEmpty()) {
            return 0; // most lines have none, and asking an empty map for its entries is garbage for each of them
        }
        int size = 0;
        for (var e : metadata.entrySet()) {
            size += utf8Length(e.getKey()) + utf8Length(e.getValue());
        }
        return size;
    }

    static int utf8Length(String text) {
        int n = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                n += c >= 0x800 && !Character.isSurrogate(c) ? 2 : 1;
            }
        }
        return n;
    }

    /// @param metadata gets the level too, unless it is empty
    /// @param ofStream the level that the stream's labels tell
    byte[] encoded(Map<String, String> metadata, @Nullable String ofStream, byte[] line, int offset, int length) {
        if (!discovers) {
            return metadata.isEmpty() ? NONE : MetadataCodec.encode(metadata);
        }
        if (metadata.isEmpty()) {
            return bare(ofStream != null ? ofStream : levels.ofLine(line, offset, length));
        }
        String level = LevelDetector.ofGiven(metadata);
        if (level == null) {
            level = ofStream;
        }
        if (level == null) {
            level = levels.ofMetadata(metadata);
        }
        if (level == null) {
            level = levels.ofLine(line, offset, length);
        }
        metadata.put(LevelDetector.NAME, level);
        return MetadataCodec.encode(metadata);
    }

    /// Metadata that is only a level.
    private byte[] bare(String level) {
        byte[] encoded = bare.get(level);
        if (encoded == null) {
            encoded = MetadataCodec.encode(Map.of(LevelDetector.NAME, level));
            bare.put(level, encoded);
        }
        return encoded;
    }
}
