package sigyn.storage.rowgroup;

import java.util.Map;
import java.util.TreeMap;

/// Where the bytes of a row group are.
///
/// @param sections stored bytes by kind of section; "TABLES" are both parts' tables
public record RowGroupStatistics(Map<String, Long> sections) {
    public static RowGroupStatistics of(EncodedRowGroup group) {
        var sizes = new TreeMap<String, Long>();
        add(new Sections(group.data(), SectionWriter.DATA_MAGIC, "data part"), sizes);
        add(new Sections(group.prune(), SectionWriter.PRUNE_MAGIC, "prune part"), sizes);
        return new RowGroupStatistics(sizes);
    }

    private static void add(Sections sections, Map<String, Long> sizes) {
        for (int i = 0; i < sections.count(); i++) {
            sizes.merge(String.valueOf(sections.kind(i)), (long) sections.storedLength(i), Long::sum);
        }
        sizes.merge("TABLES", SectionWriter.HEADER + 4L + (long) sections.count() * SectionWriter.ENTRY, Long::sum);
    }
}
