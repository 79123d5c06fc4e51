package sigyn.storage.rowgroup;

/// How a column of variables is encoded. What follows the code in the directory:
///
/// ```
/// 0 DEFERRED  nothing; the real entry follows behind the pools, in the same order
/// 1 CONST     varint length, bytes
/// 2 DICT      varint entries, numbers of their lengths (LENGTHS), texts back to back in TEXT;
///             numbers of the rows' entries (INDEXES)
/// 3 NUMBER    u8 form (0 decimal, 1 IPv4, 2 clock, 16 + w decimal with zeros in front to w digits, 1 to 19),
///             numbers (LOW)
/// 4 HEX       u8 bit 0: letters are capitals, bit 1: dashes of a UUID; varint digits;
///             each value takes (digits + 1) / 2 bytes in RANDOM, high digit first, an odd last digit low
/// 5 REF       varint pool, numbers: id - row * ids / rows, rounded down (LOW)
/// 6 TEXT      numbers of the lengths (LENGTHS), texts back to back in TEXT
/// 7 TIME      numbers: ticks to the entry's time (LOW)
/// 8 NEST      a line set over the values, see LineSetEncoder
/// ```
/// Texts back to back are preceded by a varint of their bytes in all, behind the lengths.
/// "numbers" is a [NumberSequence]; the section kind of its lowest plane is in parentheses.
final class ColumnKind {
    static final int DEFERRED = 0;
    static final int CONST = 1;
    static final int DICT = 2;
    static final int NUMBER = 3;
    static final int HEX = 4;
    static final int REF = 5;
    static final int TEXT = 6;
    static final int TIME = 7;
    static final int NEST = 8;

    static final int FORM_DECIMAL = 0;
    static final int FORM_IPV4 = 1;
    static final int FORM_CLOCK = 2;
    static final int FORM_PADDED = 16;
    /// Digits that a number column may have: all of them fit an unsigned long.
    static final int MAX_DIGITS = 19;

    static final int HEX_CAPITALS = 1;
    static final int HEX_UUID = 2;

    private ColumnKind() {}
}
