package sigyn.client.systemlogger;

import sigyn.client.Environment;
import sigyn.client.SigynClient;

/// Gives the JDK and its libraries loggers that send to a log server, configured by the environment. The client is made
/// with the first line, not before: the JDK asks for loggers while it is still starting.
public final class SigynLoggerFinder extends System.LoggerFinder {
    /// Called by the JDK.
    public SigynLoggerFinder() {}

    /// One client for all loggers.
    private static final class Shared {
        static final SigynClient CLIENT =
                new SigynClient(Environment.configForProgram().build());
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new SigynSystemLogger(name);
    }

    static SigynClient client() {
        return Shared.CLIENT;
    }
}
