package sigyn.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Notices that a client closes its connection while its request is being handled. HTTP/2 says so; HTTP/1.1 only shows
/// the end of what the client sends, which nobody looks at before the answer is written.
///
/// A client that sends its next request before it has the answer is taken for what it is; but the byte that told is
/// gone, so the connection has to end with the answer.
final class ClientWatch implements Callback {
    private final @Nullable AbstractEndPoint endPoint;
    private final Runnable gone;
    private boolean ended;
    private boolean tookByte;

    private ClientWatch(@Nullable AbstractEndPoint endPoint, Runnable gone) {
        this.endPoint = endPoint;
        this.gone = gone;
    }

    static ClientWatch start(Request request, Runnable gone) {
        request.addFailureListener(_ -> gone.run());
        boolean first = request.getConnectionMetaData().getHttpVersion().getVersion() < HttpVersion.HTTP_2.getVersion();
        var end = first && request.getConnectionMetaData().getConnection().getEndPoint() instanceof AbstractEndPoint e
                ? e
                : null;
        var watch = new ClientWatch(end, gone);
        if (end != null) {
            end.tryFillInterested(watch);
        }
        return watch;
    }

    /// Stops watching; true when the connection must not be used for another request.
    boolean end() {
        synchronized (this) {
            ended = true;
        }
        if (endPoint != null) {
            endPoint.getFillInterest().onFail(new IOException("the watch ended"));
        }
        synchronized (this) {
            return tookByte;
        }
    }

    @Override
    public void succeeded() {
        boolean left = false;
        synchronized (this) {
            if (ended || endPoint == null) {
                return;
            }
            ByteBuffer one = BufferUtil.allocate(1);
            try {
                int n = endPoint.fill(one);
                left = n < 0;
                tookByte = n > 0;
                if (n == 0) {
                    endPoint.tryFillInterested(this);
                }
            } catch (IOException e) {
                left = true;
            }
        }
        if (left) {
            gone.run();
        }
    }

    /// An idle connection is one that waits for its answer.
    @Override
    public void failed(Throwable cause) {
        synchronized (this) {
            if (ended || endPoint == null) {
                return;
            }
            if (cause instanceof TimeoutException && endPoint.isOpen()) {
                endPoint.tryFillInterested(this);
                return;
            }
        }
        gone.run();
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
