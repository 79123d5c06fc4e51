package sigyn.server.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pings open WebSockets on which nothing is sent, so that who is gone is noticed. A wheel: one thread for all of them,
/// a slot of them at a time, so that they neither wake one by one nor all at once.
final class Pings implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pings.class);
    private static final int SLOTS = 5;
    private static final Duration SLOT = Duration.ofSeconds(1);

    private final Set<WebSocketPeer> peers = ConcurrentHashMap.newKeySet();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("websocket-pings").start(this::run);

    void add(WebSocketPeer peer) {
        peers.add(peer);
    }

    void remove(WebSocketPeer peer) {
        peers.remove(peer);
    }

    private void run() {
        try {
            for (int slot = 0; true; slot = (slot + 1) % SLOTS) {
                Thread.sleep(SLOT);
                turn(slot);
            }
        } catch (InterruptedException e) {
            LOG.trace("no more pings");
        }
    }

    private void turn(int slot) {
        for (var peer : peers) {
            if (Math.floorMod(System.identityHashCode(peer), SLOTS) == slot) {
                try {
                    peer.pingWhenQuiet();
                } catch (RuntimeException e) {
                    LOG.debug("a ping: {}", e.toString());
                }
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
