package sigyn.client;

/// A thread of the client's own. Whatever is logged on one (by the HTTP client, by an agent that instruments it) is
/// about delivering logs and is not logged again.
final class ClientThread extends Thread {
    private static final ThreadGroup GROUP = root();

    ClientThread(String name, Runnable work) {
        super(GROUP, work, name, 0, false);
        setDaemon(true);
        setContextClassLoader(null);
    }

    static boolean isCurrent() {
        return Thread.currentThread() instanceof ClientThread;
    }

    /// False while a native image is built: what is made then becomes part of the image, and a thread cannot.
    static boolean mayStart() {
        return !"buildtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"));
    }

    /// A group that outlives whichever application happened to log first.
    private static ThreadGroup root() {
        var group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) group = group.getParent();
        return group;
    }
}
