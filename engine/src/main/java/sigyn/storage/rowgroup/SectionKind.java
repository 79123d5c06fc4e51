package sigyn.storage.rowgroup;

import org.jspecify.annotations.Nullable;
import sigyn.codec.Compression;

/// What a section of a row group holds. The code is the number in the file; codes are never used twice.
enum SectionKind {
    /// Templates, and how each column is encoded.
    DIRECTORY(1, 6),
    /// Timestamps.
    TIME(2),
    /// Template of each row.
    TEMPLATE_IDS(3),
    /// Stream of each row.
    STREAM_IDS(4, 5),
    /// Column bytes, by what compresses well together: texts,
    TEXT(8),
    /// lengths of texts,
    LENGTHS(9),
    /// indexes into dictionaries,
    INDEXES(10, 3),
    /// lowest bytes of numbers,
    LOW(11, 3),
    /// all higher bytes of numbers,
    HIGH(12),
    /// and what should be random, though identifiers often are not.
    RANDOM(13, 3),

    /// Prune part: counts and bounds.
    SUMMARY(32),
    /// Prune part: first time of each page of rows.
    TIME_PAGES(33),
    /// Prune part: filter of the text's trigrams.
    TRIGRAMS(34, SectionWriter.AS_IS),
    /// Prune part: filter of long tokens.
    TOKENS(35, SectionWriter.AS_IS),
    /// Prune part: rows and bytes of each stream.
    STREAMS(36);

    final int code;
    /// Level of Zstandard: higher where that saved the most bytes for its time, see docs/performance.md.
    final int level;

    SectionKind(int code) {
        this(code, Compression.FASTEST);
    }

    SectionKind(int code, int level) {
        this.code = code;
        this.level = level;
    }

    /// Where the higher planes of numbers go whose lowest plane goes here.
    SectionKind high() {
        return this == TIME || this == TEMPLATE_IDS || this == STREAM_IDS ? this : HIGH;
    }

    /// A section is closed before a piece that would take it beyond this many bytes; with 0, each piece has its own.
    int limit() {
        return this == TIME || this == TEMPLATE_IDS || this == STREAM_IDS ? 0 : 1 << 18;
    }

    static @Nullable SectionKind of(int code) {
        for (var kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        return null;
    }
}
