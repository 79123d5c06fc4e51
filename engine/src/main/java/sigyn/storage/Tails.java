package sigyn.storage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.port.PushBatch;

/// The open tails by what they ask for. A stream is compared with each selector once; a tail hears only of batches that
/// have a stream of its own, so that a thousand idle ones cost nothing.
final class Tails {
    private static final int MOST_KNOWN = 200_000;

    /// The tails of one tenant that have the same selector.
    private static final class Group {
        final List<LabelMatcher> matchers;
        final CopyOnWriteArrayList<Tail> tails;

        Group(Tail first) {
            matchers = first.matchers();
            tails = new CopyOnWriteArrayList<>(List.of(first));
        }
    }

    /// The groups of a tenant, and which of them a stream is for. Replaced when there is another group; `known` is for
    /// the log's thread alone.
    private record Groups(Map<List<LabelMatcher>, Group> all, Map<Labels, List<Group>> known) {
        List<Group> of(Labels stream) {
            var found = known.get(stream);
            if (found == null) {
                if (known.size() >= MOST_KNOWN) {
                    known.clear();
                }
                found = matching(stream);
                known.put(stream, found);
            }
            return found;
        }

        private List<Group> matching(Labels stream) {
            var matching = new ArrayList<Group>();
            for (var group : all.values()) {
                if (stream.matches(group.matchers)) {
                    matching.add(group);
                }
            }
            return List.copyOf(matching);
        }
    }

    private volatile Map<Tenant, Groups> tenants = Map.of();

    synchronized void add(Tail tail) {
        var all = all(tail.tenant());
        var group = all.get(tail.matchers());
        if (group != null) {
            group.tails.add(tail);
            return;
        }
        all.put(tail.matchers(), new Group(tail));
        replace(tail.tenant(), all);
    }

    synchronized void remove(Tail tail) {
        var all = all(tail.tenant());
        var group = all.get(tail.matchers());
        if (group != null && group.tails.remove(tail) && group.tails.isEmpty()) {
            all.remove(tail.matchers());
            replace(tail.tenant(), all);
        }
    }

    private Map<List<LabelMatcher>, Group> all(Tenant tenant) {
        var groups = tenants.get(tenant);
        return groups == null ? new HashMap<>() : new HashMap<>(groups.all());
    }

    private void replace(Tenant tenant, Map<List<LabelMatcher>, Group> all) {
        var next = new HashMap<>(tenants);
        if (all.isEmpty()) {
            next.remove(tenant);
        } else {
            next.put(tenant, new Groups(all, new HashMap<>()));
        }
        tenants = Map.copyOf(next);
    }

    /// Gives a batch to those who want a stream of it. Called by one thread, in the order of the log.
    void offer(long seq, Tenant tenant, PushBatch batch) {
        var groups = tenants.get(tenant);
        if (groups == null) {
            return;
        }
        var wanted = new LinkedHashSet<Group>();
        for (var stream : batch.streams()) {
            wanted.addAll(groups.of(stream));
        }
        for (var group : wanted) {
            for (var tail : group.tails) {
                tail.offer(seq, batch);
            }
        }
    }

    /// Streams that are looked at, each once for a selector.
    long streams(Function<Tenant, @Nullable TenantStore> store) {
        long sum = 0;
        for (var tenant : tenants.entrySet()) {
            var known = store.apply(tenant.getKey());
            for (var group : tenant.getValue().all().values()) {
                sum += known == null ? 0 : known.streams().match(group.matchers).getCardinality();
            }
        }
        return sum;
    }

    int size() {
        return tenants.values().stream()
                .flatMap(groups -> groups.all().values().stream())
                .mapToInt(group -> group.tails.size())
                .sum();
    }
}
