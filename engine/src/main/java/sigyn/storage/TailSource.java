package sigyn.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import sigyn.model.ErrorKind;
import sigyn.model.LabelMatcher;
import sigyn.model.SigynException;
import sigyn.model.Tenant;

/// Opens tails, which take what arrives and read in the log what they missed.
final class TailSource implements Tail.Source {
    private final Appender appender;
    private final Tails tails;
    private final ConcurrentSkipListMap<Tenant, TenantStore> tenants;

    TailSource(Appender appender, Tails tails, ConcurrentSkipListMap<Tenant, TenantStore> tenants) {
        this.appender = appender;
        this.tails = tails;
        this.tenants = tenants;
    }

    /// What arrives for the matching streams behind place `after` in the log.
    Tail tail(Tenant tenant, List<LabelMatcher> matchers, long after) {
        var tail = new Tail(tenant, matchers, after, this, () -> tenants.get(tenant));
        tails.add(tail);
        return tail;
    }

    /// The same; empty when the log does not reach back so far.
    Optional<Tail> tailBehind(Tenant tenant, List<LabelMatcher> matchers, long after) {
        try {
            return appender.log().read(after + 1, 1, _ -> {}).isEmpty()
                    ? Optional.empty()
                    : Optional.of(tail(tenant, matchers, after));
        } catch (IOException e) {
            throw new SigynException(ErrorKind.OPERATOR, "the write-ahead log cannot be read: " + e, e);
        }
    }

    @Override
    public OptionalLong read(long from, long mostBytes, Tail.BatchSink sink) throws IOException {
        return appender.log().read(from, mostBytes, record -> {
            var decoded = BatchCodec.decode(record);
            sink.accept(record.seq(), decoded.tenant(), decoded.batch());
        });
    }

    @Override
    public long written() {
        return appender.log().synced();
    }

    @Override
    public long offered() {
        return appender.applied();
    }

    @Override
    public void closed(Tail tail) {
        tails.remove(tail);
    }
}
