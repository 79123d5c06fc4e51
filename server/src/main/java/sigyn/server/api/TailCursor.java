package sigyn.server.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.logql.Cursor;
import sigyn.logql.exec.Entry;
import sigyn.model.SigynException;

/// How far the reader of a tail has come: by the log, which is exact, and by time, for when the log is gone that far.
///
/// ```
/// 0   u8    version, 2
/// 1   u8    1 when there are lines from before that place and behind the newest one that were not sent
/// 2   i64   the store, see Storage.identity
/// 10  i64   place in the log of the batch to go on with, -1 when only the time is known
/// 18  i32   the row of that batch to go on with
/// 22        the token of the newest lines, see Cursor; nothing before the first line
/// ```
/// Big endian, in URL-safe base64 without padding.
record TailCursor(
        long store,
        boolean partial,
        long place,
        int row,
        @Nullable Cursor lines) {
    private static final byte VERSION = 2;
    private static final int HEAD = 22;
    private static final int MOST_SEEN = 1_000;

    /// That of a reader who has nothing yet.
    static TailCursor nothing(long store) {
        return new TailCursor(store, false, -1, 0, null);
    }

    /// @param store whose cursor it must be
    static TailCursor parse(String token, long store) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw refused();
        }
        if (bytes.length < HEAD || bytes[0] != VERSION) {
            throw refused();
        }
        var buffer = ByteBuffer.wrap(bytes, 1, HEAD - 1);
        byte partial = buffer.get();
        long from = buffer.getLong();
        long place = buffer.getLong();
        int row = buffer.getInt();
        String lines = new String(bytes, HEAD, bytes.length - HEAD, StandardCharsets.US_ASCII);
        if (place < -1 || row < 0 || partial < 0 || partial > 1) {
            throw refused();
        }
        if (from != store) {
            throw SigynException.badRequest("invalid 'cursor': it is of another store; open the tail without it");
        }
        return new TailCursor(store, partial == 1, place, row, lines.isEmpty() ? null : Cursor.parse(lines));
    }

    private static SigynException refused() {
        return SigynException.badRequest("invalid 'cursor': it is none that an earlier frame had");
    }

    String token() {
        byte[] newest =
                lines == null ? new byte[0] : lines.shortened(MOST_SEEN).token().getBytes(StandardCharsets.US_ASCII);
        var buffer = ByteBuffer.allocate(HEAD + newest.length)
                .put(VERSION)
                .put((byte) (partial ? 1 : 0))
                .putLong(store)
                .putLong(place)
                .putInt(row)
                .put(newest);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
    }

    /// After these lines as well, with row `nextRow` of the batch at `nextPlace` as the next to look at.
    TailCursor after(List<Entry> sent, boolean more, long nextPlace, int nextRow) {
        return new TailCursor(store, more, nextPlace, nextRow, sent.isEmpty() ? lines : Cursor.newest(sent, lines));
    }
}
