package sigyn.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.websocket.core.WebSocketConnection;
import org.jspecify.annotations.Nullable;

/// Accepts connections. What comes in on a WebSocket, pongs most of all, is read where it is noticed, without another
/// thread: nothing that is done with it waits for anything.
final class Connector extends ServerConnector {
    private static final int ACCEPTORS = 1;
    private static final int SELECTORS = 1;

    Connector(Server server, ConnectionFactory... factories) {
        super(server, ACCEPTORS, SELECTORS, factories);
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key)
            throws IOException {
        var endPoint = new EndPoint(channel, selector, key, getScheduler());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    private static final class EndPoint extends SocketChannelEndPoint {
        /// A peer that never stops talking gets no more than this before others have their turn.
        private static final int MOST_READS = 8;

        private @Nullable Direct direct;
        private int reads;

        EndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        private boolean isWebSocket() {
            return getConnection() instanceof WebSocketConnection;
        }

        @Override
        public void fillInterested(Callback callback) {
            super.fillInterested(direct(callback));
        }

        @Override
        public boolean tryFillInterested(Callback callback) {
            return super.tryFillInterested(direct(callback));
        }

        private Callback direct(Callback callback) {
            if (!isWebSocket()) {
                return callback;
            }
            var known = direct;
            if (known == null || known.callback != callback) {
                known = new Direct(callback);
                direct = known;
            }
            return known;
        }

        @Override
        public int fill(ByteBuffer buffer) throws IOException {
            if (isWebSocket() && ++reads > MOST_READS) {
                return 0;
            }
            return super.fill(buffer);
        }

        private final class Direct implements Callback {
            private final Callback callback;

            Direct(Callback callback) {
                this.callback = callback;
            }

            @Override
            public void succeeded() {
                reads = 0;
                callback.succeeded();
            }

            @Override
            public void failed(Throwable cause) {
                callback.failed(cause);
            }

            @Override
            public Invocable.InvocationType getInvocationType() {
                return Invocable.InvocationType.NON_BLOCKING;
            }
        }
    }
}
