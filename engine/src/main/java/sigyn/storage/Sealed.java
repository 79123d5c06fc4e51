package sigyn.storage;

import sigyn.storage.head.Closing;

/// A part of the head that has become a row group.
///
/// @param rawBytes of lines and metadata
/// @param storedBytes that they take in the block
/// @param minTime of the oldest row; `maxTime` of the newest
/// @param openMillis from its first row until now
/// @param encodeNanos that it took to write it
public record Sealed(
        Closing closing,
        int rows,
        int streams,
        long rawBytes,
        long storedBytes,
        long minTime,
        long maxTime,
        long openMillis,
        long encodeNanos) {}
