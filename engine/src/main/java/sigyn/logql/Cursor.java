package sigyn.logql;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.logql.exec.Entry;
import sigyn.model.SigynException;

/// How far a reader of pages has come: the time of the last line it got, and which lines of that time it got, by the
/// hash of their text and labels. Lines of one time may come in another order on the next page, after blocks have been
/// written or merged; none is left out or repeated.
///
/// ```
/// 0   u8    version, 1
/// 1   i64   time in nanoseconds
/// 9   i64   for each line of that time: its hash
/// ```
/// Big endian, in URL-safe base64 without padding.
public record Cursor(long time, List<Long> seen) {
    private static final byte VERSION = 1;
    private static final int MAX_SEEN = 1 << 20;

    public static Cursor parse(String token) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw refused();
        }
        if (bytes.length < 9 || bytes[0] != VERSION || bytes.length % 8 != 1) {
            throw refused();
        }
        var buffer = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        long time = buffer.getLong();
        var seen = new ArrayList<Long>();
        while (buffer.hasRemaining()) {
            seen.add(buffer.getLong());
        }
        return new Cursor(time, seen);
    }

    private static SigynException refused() {
        return SigynException.badRequest("invalid 'next': it is no token of an earlier answer");
    }

    public String token() {
        var buffer = ByteBuffer.allocate(9 + 8 * seen.size()).put(VERSION).putLong(time);
        seen.forEach(buffer::putLong);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
    }

    /// The lines that have not been on a page before, in their order.
    List<Entry> unseen(List<Entry> entries) {
        var left = new HashMap<Long, Integer>();
        seen.forEach(hash -> left.merge(hash, 1, Integer::sum));
        var fresh = new ArrayList<Entry>();
        for (var entry : entries) {
            long hash = entry.time() == time ? hash(entry) : 0;
            Integer times = entry.time() == time ? left.get(hash) : null;
            if (times == null || times == 0) {
                fresh.add(entry);
            } else {
                left.put(hash, times - 1);
            }
        }
        return fresh;
    }

    /// Behind the newest of lines in any order that came after `before`. Of very many lines of one time it knows the
    /// last.
    public static Cursor newest(List<Entry> lines, @Nullable Cursor before) {
        long time = before == null ? Long.MIN_VALUE : before.time;
        for (var line : lines) {
            time = Math.max(time, line.time());
        }
        var seen = new ArrayList<Long>();
        if (before != null && before.time == time) {
            seen.addAll(before.seen);
        }
        for (var line : lines) {
            if (line.time() == time) {
                seen.add(hash(line));
            }
        }
        return new Cursor(time, seen).shortened(MAX_SEEN);
    }

    /// Knows no more than so many lines of its time, the last.
    public Cursor shortened(int most) {
        return seen.size() <= most
                ? this
                : new Cursor(time, List.copyOf(seen.subList(seen.size() - most, seen.size())));
    }

    /// Where a page ends that came after `before`.
    static Cursor after(List<Entry> page, @Nullable Cursor before) {
        long time = page.getLast().time();
        var seen = new ArrayList<Long>();
        if (before != null && before.time == time) {
            seen.addAll(before.seen);
        }
        for (var entry : page) {
            if (entry.time() == time) {
                seen.add(hash(entry));
            }
        }
        if (seen.size() > MAX_SEEN) {
            throw SigynException.badRequest("too many lines of one time to page through: " + seen.size());
        }
        return new Cursor(time, seen);
    }

    private static long hash(Entry entry) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : entry.labels().toString().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b) * 0x100000001b3L;
        }
        for (byte b : entry.line()) {
            hash = (hash ^ b) * 0x100000001b3L;
        }
        return hash;
    }
}
