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
/// has
/// arrived since, each line once and none left out, in the order in which it arrived. That is read from the write-ahead
/// log; when the log is gone that far, what is newer than the newest line of the cursor is asked for instead. A reader
/// that
/// is too slow loses nothing.
final class ResumableTail {
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final TailHistory.Wish wish;
    private final Storage storage;
    private final TailHistory history;
    private final TailFrames frames;
    private final LinePipeline pipeline;
    private TailCursor cursor;
    private long told;

    /// @param cursor of the last frame that the client has, or [TailCursor#NOTHING]
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
        try (Tail again = cursor.place() < 0 ? null : behind(cursor.place() - 1)) {
            if (again != null) {
                follow(again, until, -1);
                return;
            }
        }
        cursor = new TailCursor(-1, 0, cursor.lines());
        catchUp();
        try (Tail tail = behind(storage.position())) {
            if (tail == null) {
                throw new IOException("the log ends before the place it has come to");
            }
            history.forget();
            if (cursor.lines() == null) {
                send(history.newest());
            } else {
                catchUp();
            }
            follow(tail, until, storage.position());
        }
    }

    private @Nullable Tail behind(long place) {
        return storage.tailBehind(wish.tenant(), wish.log().matchers(), place).orElse(null);
    }

    /// Sends what is newer than the cursor.
    private void catchUp() throws IOException, InterruptedException {
        while (cursor.lines() != null) {
            history.forget();
            var page = history.behind(cursor.lines());
            send(page);
            if (TailHistory.isLast(page)) {
                return;
            }
        }
    }

    private void send(List<Entry> entries) throws IOException, InterruptedException {
        for (int from = 0; from < entries.size(); from += TailFrames.MOST) {
            frame(entries.subList(from, Math.min(entries.size(), from + TailFrames.MOST)), -1, 0);
        }
    }

    /// Up to place `overlap` in the log, lines may have been sent already.
    private void follow(Tail tail, long until, long overlap) throws IOException, InterruptedException {
        while (System.nanoTime() - until < 0) {
            boolean placed = cursor.place() >= 0;
            RowBatch rows = tail.next(placed ? 1 : 0, TimeUnit.SECONDS);
            if (rows != null) {
                send(tail, rows, tail.position() <= overlap);
                continue;
            }
            long next = tail.position() + 1;
            if (!placed || next > cursor.place() && System.nanoTime() - told >= TELL_NANOS) {
                frame(List.of(), next, 0);
            }
            if (placed) {
                frames.ping();
            }
        }
    }

    private void send(Tail tail, RowBatch rows, boolean overlapping) throws IOException, InterruptedException {
        long place = tail.position();
        int first = place == cursor.place() ? cursor.row() : 0;
        var part = new ArrayList<Entry>();
        for (int row = 0; row < rows.rows(); row++) {
            if (tail.origin(row) < first) {
                continue;
            }
            var entry = pipeline.process(rows, row);
            if (entry.isPresent() && (!overlapping || history.isNew(entry.get()))) {
                part.add(entry.get());
            }
            if (part.size() == TailFrames.MOST) {
                frame(part, overlapping ? -1 : place, overlapping ? 0 : tail.origin(row) + 1);
                part.clear();
            }
        }
        if (!part.isEmpty()) {
            frame(part, overlapping ? -1 : place + 1, 0);
        }
    }

    private void frame(List<Entry> entries, long nextPlace, int nextRow) throws IOException, InterruptedException {
        cursor = cursor.after(entries, nextPlace, nextRow);
        told = System.nanoTime();
        frames.send(entries, cursor);
    }
}
