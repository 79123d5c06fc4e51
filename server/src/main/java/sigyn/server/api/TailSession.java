package sigyn.server.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import sigyn.logql.LinePipeline;
import sigyn.logql.exec.Entry;
import sigyn.storage.Storage;
import sigyn.storage.Tail;
import sigyn.storage.port.RowBatch;

/// One open tail: what is there, then what arrives, on its own thread. A reader that is too slow is told how many lines
/// it lost.
final class TailSession {
    private final TailHistory.Wish wish;
    private final Storage storage;
    private final TailHistory history;
    private final TailFrames frames;

    TailSession(TailHistory.Wish wish, Storage storage, TailHistory history, TailFrames frames) {
        this.wish = wish;
        this.storage = storage;
        this.history = history;
        this.frames = frames;
    }

    /// Returns at a moment of [System#nanoTime].
    void run(long until) throws IOException, InterruptedException {
        try (Tail tail = storage.tail(wish.tenant(), wish.log().matchers())) {
            var pipeline = new LinePipeline(wish.log());
            var newest = history.newest();
            frames.send(TailHistory.with(newest, tail, pipeline, storage.position()), 0);
            tail.dropWhenSlow();
            for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
                RowBatch rows = tail.next(left, TimeUnit.NANOSECONDS);
                if (rows != null) {
                    frames.send(entries(pipeline, rows), tail.takeDropped());
                }
            }
        }
    }

    private static List<Entry> entries(LinePipeline pipeline, RowBatch rows) {
        var entries = new ArrayList<Entry>();
        for (int row = 0; row < rows.rows(); row++) {
            pipeline.process(rows, row).ifPresent(entries::add);
        }
        return entries;
    }
}
