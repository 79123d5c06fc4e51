package sigyn.server.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import sigyn.logql.LinePipeline;
import sigyn.logql.exec.Entry;
import sigyn.storage.Storage;
import sigyn.storage.Tail;
import sigyn.storage.port.RowBatch;

/// One open tail whose frames say how far they go, an extension: who comes again with the last frame's cursor gets what
/// has arrived since, each line once and none left out, in the order in which it arrived. That is read from the
/// write-ahead log; when the log is gone that far, what is newer than the newest line of the cursor is asked for
/// instead. A reader that is too slow loses nothing.
final class ResumableTail {
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final TailHistory.Wish wish;
    private final Storage storage;
    private final TailHistory history;
    private final TailFrames frames;
    private final LinePipeline pipeline;
    private TailCursor cursor;
    private long told;

    /// @param cursor of the last frame that the client has, or [TailCursor#nothing]
    ResumableTail(TailHistory.Wish wish, Storage storage, TailHistory history, TailFrames frames, TailCursor cursor) {
        this.wish = wish;
        this.storage = storage;
        this.history = history;
        this.frames = frames;
        this.cursor = cursor;
        this.pipeline = new LinePipeline(wish.log());
        this.told = System.nanoTime();
    }

    /// Returns at a moment of [System#nanoTime].
    void run(long until) throws IOException, InterruptedException {
        try (Tail known = isKnown() ? behind(cursor.place() - 1) : null) {
            if (known != null) {
                if (cursor.partial()) {
                    sendHistory(known);
                }
                follow(known, until);
                return;
            }
        }
        catchUp();
        try (Tail tail = storage.tail(wish.tenant(), wish.log().matchers())) {
            sendHistory(tail);
            follow(tail, until);
        }
    }

    /// A store that was put back from a copy may be shorter than it was.
    private boolean isKnown() {
        return cursor.place() >= 0 && cursor.place() <= storage.position() + 1;
    }

    private @Nullable Tail behind(long place) {
        return storage.tailBehind(wish.tenant(), wish.log().matchers(), place).orElse(null);
    }

    /// Sends what is newer than the newest line of a cursor whose place is not known any more.
    private void catchUp() throws IOException, InterruptedException {
        cursor = cursor.after(List.of(), false, -1, 0);
        while (cursor.lines() != null) {
            var page = history.page(cursor.lines());
            for (int from = 0; from < page.size(); from += TailFrames.MOST) {
                frame(page.subList(from, Math.min(page.size(), from + TailFrames.MOST)), false, -1, 0);
            }
            if (TailHistory.isLast(page)) {
                return;
            }
        }
    }

    /// Sends what is there, from before and behind where the tail began; then the tail has it all.
    private void sendHistory(Tail tail) throws IOException, InterruptedException {
        var lines = cursor.lines();
        var queried = lines == null ? history.newest() : history.behind(lines);
        var all = TailHistory.with(queried, tail, pipeline, storage.position());
        long place = tail.position() + 1;
        int from = 0;
        do {
            int to = Math.min(all.size(), from + TailFrames.MOST);
            frame(all.subList(from, to), to < all.size(), place, 0);
            from = to;
        } while (from < all.size());
    }

    private void follow(Tail tail, long until) throws IOException, InterruptedException {
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            RowBatch rows = tail.next(Math.min(left, TELL_NANOS), TimeUnit.NANOSECONDS);
            if (rows != null) {
                send(tail, rows);
                continue;
            }
            long next = tail.position() + 1;
            if (next > cursor.place() && System.nanoTime() - told >= TELL_NANOS) {
                frame(List.of(), false, next, 0);
            }
        }
    }

    private void send(Tail tail, RowBatch rows) throws IOException, InterruptedException {
        long place = tail.position();
        int first = place == cursor.place() ? cursor.row() : 0;
        var part = new ArrayList<Entry>();
        for (int row = 0; row < rows.rows(); row++) {
            if (tail.origin(row) < first) {
                continue;
            }
            pipeline.process(rows, row).ifPresent(part::add);
            if (part.size() == TailFrames.MOST) {
                frame(part, false, place, tail.origin(row) + 1);
                part.clear();
            }
        }
        if (!part.isEmpty()) {
            frame(part, false, place + 1, 0);
        }
    }

    private void frame(List<Entry> entries, boolean more, long nextPlace, int nextRow)
            throws IOException, InterruptedException {
        cursor = cursor.after(entries, more, nextPlace, nextRow);
        told = System.nanoTime();
        frames.send(entries, cursor);
    }
}
