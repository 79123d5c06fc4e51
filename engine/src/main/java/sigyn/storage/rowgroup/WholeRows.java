package sigyn.storage.rowgroup;

/// Puts whole rows together again, byte for byte: line and metadata as they came.
public final class WholeRows {
    private final RowGroup group;
    private byte[] buffer = new byte[4096];
    private int lineLength;
    private int metadataLength;

    public WholeRows(RowGroup group) {
        this.group = group;
    }

    /// Makes a row; [#bytes], [#lineLength] and [#metadataLength] then tell it, until the next call.
    public void read(int row) {
        RowGroup.checked(() -> {
            write(row);
            return row;
        });
    }

    private void write(int row) {
        int position = group.positions()[row];
        var template = group.stored()[group.templateIds()[row]];
        var metadata = group.metadata();
        long need = template.maxLength() + metadata.maxLength() + 2L * Sections.SLACK;
        if (need > buffer.length) {
            if (need > Integer.MAX_VALUE - 8) {
                throw new CorruptRowGroupException("a row of " + need + " bytes");
            }
            buffer = new byte[(int) need];
        }
        lineLength = template.write(position - template.position, buffer, 0);
        metadataLength = metadata.write(position, buffer, lineLength) - lineLength;
    }

    /// The line, and behind it the metadata as [sigyn.storage.port.MetadataCodec] wrote it.
    public byte[] bytes() {
        return buffer;
    }

    public int lineLength() {
        return lineLength;
    }

    public int metadataLength() {
        return metadataLength;
    }
}
