package sigyn.storage.rowgroup;

/// A row group as stored: `data` holds all rows and can be read alone; `prune` holds what tells whether `data` need be
/// read at all, about a twentieth of its size, and may lie elsewhere.
public record EncodedRowGroup(byte[] data, byte[] prune) {}
