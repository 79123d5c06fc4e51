package sigyn.server.config;

/// A configuration that cannot be used; the message names file, line and what was expected.
public final class ConfigException extends RuntimeException {
    public ConfigException(String message) {
        super(message);
    }
}
