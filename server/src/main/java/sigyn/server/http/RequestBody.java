package sigyn.server.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeoutException;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// The bytes that a client sends. That they come too slowly, or end too early, is the client's doing and no failure of
/// whoever reads them.
final class RequestBody extends FilterInputStream {
    RequestBody(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (IOException e) {
            throw fault(e);
        }
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        try {
            return super.read(to, offset, length);
        } catch (IOException e) {
            throw fault(e);
        }
    }

    /// What is left can still be read: closing Jetty's stream would reset the connection of a client that sends.
    @Override
    public void close() {}

    private static SigynException fault(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException late) {
                return new SigynException(ErrorKind.TIMEOUT, "reading the body: " + late.getMessage(), e);
            }
        }
        return new SigynException(ErrorKind.BAD_REQUEST, "unexpected EOF", e);
    }
}
