package sigyn.storage.block;

import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;

/// Where some bytes of a block file are: `offset` from the start of the row group's bytes (of the file, for sections
/// outside row groups).
///
/// ```
/// kind u16, codec u8 (0 as is, 1 zstd), zero u8, offset i64, stored length i32, raw length i32, crc32c i32
/// ```
record Section(int kind, int codec, long offset, int stored, int raw, int crc) {
    static final int AS_IS = 0;
    static final int ZSTD = 1;

    void write(ByteSink sink) {
        sink.u16(kind);
        sink.u8(codec);
        sink.u8(0);
        sink.i64(offset);
        sink.i32(stored);
        sink.i32(raw);
        sink.i32(crc);
    }

    static Section read(ByteSource source) {
        int kind = source.u16();
        int codec = source.u8();
        source.u8();
        return new Section(kind, codec, source.i64(), source.i32(), source.i32(), source.i32());
    }
}
