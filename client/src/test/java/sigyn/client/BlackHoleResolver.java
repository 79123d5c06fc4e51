package sigyn.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// The name resolution of the test process: chosen names are never answered, as by a name server that swallows
/// questions; all others go to the platform's.
public final class BlackHoleResolver extends InetAddressResolverProvider {
    private static final Map<String, Hole> HOLES = new ConcurrentHashMap<>();

    /// Called by the platform.
    public BlackHoleResolver() {}

    /// Open while the questions about one name are swallowed.
    record Hole(String name, CountDownLatch closed, AtomicInteger questions) implements AutoCloseable {
        int asked() {
            return questions.get();
        }

        @Override
        public void close() {
            HOLES.remove(name);
            closed.countDown();
        }
    }

    static Hole swallowing(String name) {
        var hole = new Hole(name, new CountDownLatch(1), new AtomicInteger());
        HOLES.put(name, hole);
        return hole;
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        var platform = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                var hole = HOLES.get(host);
                if (hole == null) return platform.lookupByName(host, policy);
                hole.questions().incrementAndGet();
                try {
                    hole.closed().await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new UnknownHostException(host);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                return platform.lookupByAddress(address);
            }
        };
    }

    @Override
    public String name() {
        return "black hole";
    }
}
