package sigyn.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DecodeRoomTest {
    private static final int SMALL = 256 << 10;
    private static final int ROOM = 1 << 20;

    @Test
    @Timeout(4)
    void pushesThatFillTheRoomTogetherDoNotWaitForEachOther() throws Exception {
        var room = new DecodeRoom(ROOM);
        int count = 4;
        var full = new CountDownLatch(count);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var pushes = new ArrayList<Future<?>>();
            for (int i = 0; i < count; i++) {
                pushes.add(threads.submit(() -> {
                    try (var space = room.open()) {
                        space.take(SMALL + ROOM / count);
                        full.countDown();
                        full.await();
                        space.take(ROOM / count);
                    }
                    return null;
                }));
            }
            for (var push : pushes) {
                push.get();
            }
        }
        try (var space = room.open()) {
            space.take(SMALL + ROOM);
        }
    }

    @Test
    @Timeout(4)
    void whatDoesNotFitWaitsUntilAnotherIsDone() throws Exception {
        var room = new DecodeRoom(ROOM);
        var first = room.open();
        first.take(SMALL + ROOM);
        var second = waitsForAll(room);
        first.close();
        second.join();
    }

    @Test
    @Timeout(4)
    void whatOthersPassOftenGoesAheadOfThem() throws Exception {
        var room = new DecodeRoom(ROOM);
        try (var slow = room.open()) {
            slow.take(SMALL + ROOM / 2);
            var large = waitsForAll(room);
            for (int i = 0; i < 4; i++) {
                try (var passing = room.open()) {
                    passing.take(SMALL + ROOM / 4);
                }
            }
            large.join();
        }
    }

    private static Thread waitsForAll(DecodeRoom room) {
        var thread = Thread.ofPlatform().start(() -> {
            try (var space = room.open()) {
                space.take(SMALL + ROOM);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        while (thread.isAlive() && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(thread.isAlive()).isTrue();
        return thread;
    }
}
