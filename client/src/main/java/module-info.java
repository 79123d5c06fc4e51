/// The Java loggers of Sigyn.
module sigyn.client {
    requires java.net.http;
    requires static org.jspecify;

    exports sigyn.client;
}
