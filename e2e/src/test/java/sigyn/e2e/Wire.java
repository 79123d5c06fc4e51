package sigyn.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The network between a logger and a server, which fails on command.
final class Wire implements AutoCloseable {
    enum State {
        /// Connections are cut as soon as they are made.
        CUT,
        /// Requests reach the server; its answers are cut off.
        ANSWERS_LOST,
        WHOLE
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final URI server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile State state;

    Wire(URI server, State state) throws IOException {
        this.server = server;
        this.state = state;
        Thread.startVirtualThread(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    void become(State next) {
        state = next;
    }

    /// Waits until so many more connections or answers were cut.
    void awaitFailures(int more) throws InterruptedException {
        int wanted = failures.get() + more;
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (failures.get() < wanted) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(failures + " failures, not " + wanted);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket client = listener.accept();
                open.add(client);
                Thread.startVirtualThread(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                var upstream = new Socket()) {
            if (state == State.CUT) {
                failures.incrementAndGet();
                return;
            }
            upstream.connect(new InetSocketAddress(server.getHost(), server.getPort()));
            Thread.startVirtualThread(() -> pump(client, upstream));
            var answers = upstream.getInputStream();
            var buffer = new byte[1 << 14];
            for (int got; (got = answers.read(buffer)) >= 0; ) {
                if (state == State.ANSWERS_LOST) {
                    failures.incrementAndGet();
                    return;
                }
                client.getOutputStream().write(buffer, 0, got);
            }
        } catch (IOException e) {
            // One of the two has gone away.
        } finally {
            open.remove(client);
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // One of the two has gone away.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : open) {
            socket.close();
        }
    }
}
