package sigyn.bench.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// Answers 204 to every request without looking at it; or, as a black hole, reads and never answers.
final class NullServer implements AutoCloseable {
    private static final byte[] NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean answers;

    NullServer(boolean answers) throws IOException {
        this.answers = answers;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    long bytes() {
        return bytes.get();
    }

    /// From now on requests are read and never answered.
    void swallow() {
        answers = false;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var socket = listener.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                var in = new BufferedInputStream(socket.getInputStream(), 1 << 16)) {
            socket.setTcpNoDelay(true);
            for (long length; (length = readHead(in)) >= 0; ) {
                in.skipNBytes(length);
                bytes.addAndGet(length);
                if (answers) socket.getOutputStream().write(NO_CONTENT);
            }
        } catch (IOException e) {
            // The client went away.
        }
    }

    /// The length of the body that follows; -1 at the end of the connection.
    private static long readHead(InputStream in) throws IOException {
        long length = -1;
        var line = new StringBuilder();
        for (int b; (b = in.read()) >= 0; ) {
            if (b == '\r') continue;
            if (b != '\n') {
                line.append((char) b);
                continue;
            }
            if (line.isEmpty()) return Math.max(0, length);
            String header = line.toString().toLowerCase(Locale.ROOT);
            if (header.startsWith("content-length:"))
                length = Long.parseLong(header.substring(15).strip());
            line.setLength(0);
        }
        return -1;
    }
}
