package sigyn.server.http;

import java.io.IOException;

/// One end of a WebSocket. `open` runs on a virtual thread of its own and may send until it returns, then the
/// connection is closed; it is interrupted when the peer goes away. What the peer sends is passed over; a peer to whom
/// nothing is sent is pinged.
public interface WebSocketEndpoint {
    void open(Peer peer) throws IOException, InterruptedException;

    /// The other end.
    interface Peer {
        /// Sends a text frame and waits until it is handed to the network.
        void send(String text) throws IOException, InterruptedException;

        void close(int code, String reason);
    }
}
