package sigyn.server.http;

import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/// Ends requests whose bodies come in too slowly, each by its own bytes and by the time that was spent waiting for
/// them: a server that is slow itself blames nobody. Nothing coming at all is the connection's idle time.
final class SlowBodies extends Handler.Wrapper {
    private static final long GRACE_NANOS = 5_000_000_000L;

    private final double leastBytesPerNano;
    private final LongSupplier nanoTime;

    SlowBodies(Handler handler, int leastBytesPerSecond, LongSupplier nanoTime) {
        super(handler);
        this.nanoTime = nanoTime;
        leastBytesPerNano = leastBytesPerSecond / 1e9;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return super.handle(new Watched(request), response, callback);
    }

    private final class Watched extends Request.Wrapper {
        private long bytes;
        private volatile long waitedNanos;
        private Content.@Nullable Chunk tooSlow;

        Watched(Request request) {
            super(request);
        }

        @Override
        public Content.@Nullable Chunk read() {
            if (tooSlow != null) {
                return tooSlow;
            }
            var chunk = super.read();
            if (chunk != null) {
                bytes += chunk.remaining();
            }
            return chunk;
        }

        @Override
        public void demand(Runnable demandCallback) {
            long waited = waitedNanos;
            if (waited > GRACE_NANOS && bytes < waited * leastBytesPerNano) {
                tooSlow = Content.Chunk.from(new TimeoutException("the body comes in too slowly"), true);
                demandCallback.run();
                return;
            }
            long from = nanoTime.getAsLong();
            super.demand(Invocable.from(Invocable.getInvocationType(demandCallback), () -> {
                waitedNanos = waited + nanoTime.getAsLong() - from;
                demandCallback.run();
            }));
        }
    }
}
