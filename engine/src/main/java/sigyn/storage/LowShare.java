package sigyn.storage;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives the calling thread a smaller share of the processors than threads have that somebody waits for, for as long as
/// it lives. Java's own priorities do nothing on Linux, unless the process may raise them.
final class LowShare {
    private static final Logger LOG = LoggerFactory.getLogger(LowShare.class);
    /// A third of what others get when there is not enough for all.
    private static final int NICER_BY = 5;

    private LowShare() {}

    static void take() {
        // elsewhere the call is about the whole process
        if (!System.getProperty("os.name").equals("Linux")) {
            return;
        }
        try {
            var linker = Linker.nativeLinker();
            var nice = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("nice"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            int now = (int) nice.invokeExact(NICER_BY);
            LOG.debug("nice value {}", now);
        } catch (Throwable e) {
            LOG.warn("work in the background has the same share of the processors as requests: {}", e.toString());
        }
    }
}
