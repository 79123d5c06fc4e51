package sigyn.server.http;

/// Something around a handler: errors, authentication, metrics, compression.
@FunctionalInterface
public interface Filter {
    Handler wrap(Handler next);
}
