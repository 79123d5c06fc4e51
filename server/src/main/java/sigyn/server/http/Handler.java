package sigyn.server.http;

/// Answers a request. May block. An exception is turned into an answer by the error filter of the face it belongs to.
@FunctionalInterface
public interface Handler {
    Response handle(Request request) throws Exception;

    default Handler with(Filter filter) {
        return filter.wrap(this);
    }
}
