/// The Java loggers of Sigyn. Everything beyond the JDK's HTTP client is optional and only needed by the adapter of its
/// name. No service is provided here: a library must not become its program's logging framework by being present.
module sigyn.client {
    requires java.net.http;
    requires static ch.qos.logback.classic;
    requires static ch.qos.logback.core;
    requires static java.logging;
    requires static java.management;
    requires static org.apache.logging.log4j;
    requires static org.apache.logging.log4j.core;
    requires static org.jspecify;
    requires static org.slf4j;

    exports sigyn.client;
    exports sigyn.client.jul;
    exports sigyn.client.log4j;
    exports sigyn.client.logback;
    exports sigyn.client.slf4j;
    exports sigyn.client.systemlogger;

    opens sigyn.client.log4j;
    opens sigyn.client.logback;
}
