package sigyn.server.dashboards.alert;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.server.dashboards.alert.Message.Member;
import sigyn.server.dashboards.wire.Refusal;

/// Tells receivers what fires and what no longer does.
///
/// It keeps no queue. It compares what an instance is with what its receiver was told last, and a message says how
/// things are when it is sent: so one that fails is replaced by a newer one, and a restart loses nothing.
final class Notifier {
    private static final Logger LOG = LoggerFactory.getLogger("alerting.notifier");
    private static final int AT_ONCE = 8;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final int MOST_DOUBLINGS = 6;
    private static final Duration PATIENCE = Duration.ofHours(1);

    /// Alerts that go to one receiver in one message.
    private record Key(String receiver, SortedMap<String, String> labels) {}

    private static final class Attempts {
        /// What a message says that is under way; empty when none is.
        private List<Member> underWay = List.of();
        private int failures;
        private long notBefore;
        private long lastMessage;
        private final Set<String> toldAlready = new HashSet<>();
    }

    /// Is told which instances a receiver now knows about.
    @FunctionalInterface
    interface Told {
        void told(List<Member> members, long at);
    }

    private final ContactPoints points;
    private final Webhook webhook;
    private final String root;
    private final Executor workers;
    private final Told told;
    private final Semaphore turns = new Semaphore(AT_ONCE);
    private final Map<Key, Attempts> attempts = new HashMap<>();

    /// @param root the address of the dashboards, with a slash at the end
    Notifier(ContactPoints points, Webhook webhook, String root, Executor workers, Told told) {
        this.points = points;
        this.webhook = webhook;
        this.root = root;
        this.workers = workers;
        this.told = told;
    }

    /// Sends what is due at `now` (milliseconds since 1970). Called by one thread at a time.
    synchronized void look(List<Member> members, long now) {
        var groups = new LinkedHashMap<Key, List<Member>>();
        var routes = new HashMap<Key, Route>();
        var nobody = new ArrayList<Member>();
        Route standard = members.isEmpty() ? null : points.root();
        for (var member : members) {
            Route own = member.rule().route();
            Route route = own == null ? standard : own;
            if (route == null) {
                nobody.add(member);
            } else if (member.firing() || member.instance().owesAnEnd()) {
                var key = new Key(route.receiver(), labels(route, member.instance()));
                routes.putIfAbsent(key, route);
                groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(member);
            }
        }
        told.told(nobody.stream().filter(m -> m.instance().owesAnEnd()).toList(), now);
        attempts.entrySet().removeIf(entry -> !groups.containsKey(entry.getKey()) && quiet(entry.getValue(), now));
        groups.forEach((key, group) -> {
            var attempt = attempts.computeIfAbsent(key, _ -> new Attempts());
            Route route = routes.get(key);
            if (route != null && due(route, group, attempt, now) && turns.tryAcquire()) {
                attempt.underWay = group;
                workers.execute(() -> send(key, group, attempt, now));
            }
        });
    }

    private static boolean quiet(Attempts attempt, long now) {
        return attempt.underWay.isEmpty() && now - attempt.lastMessage > PATIENCE.toMillis();
    }

    /// Whether a receiver may be hearing of a rule just now.
    synchronized boolean tellsOf(Rule rule) {
        return attempts.values().stream()
                .flatMap(attempt -> attempt.underWay.stream())
                .anyMatch(member -> member.rule().uid().equals(rule.uid()));
    }

    private static SortedMap<String, String> labels(Route route, Instance instance) {
        if (route.groupBy().contains("...")) {
            return instance.labels();
        }
        var labels = new TreeMap<String, String>();
        route.groupBy().forEach(name -> labels.put(name, instance.labels().getOrDefault(name, "")));
        return labels;
    }

    private static boolean due(Route route, List<Member> group, Attempts attempt, long now) {
        if (!attempt.underWay.isEmpty() || now < attempt.notBefore) {
            return false;
        }
        long last = attempt.lastMessage;
        long first = Long.MAX_VALUE;
        boolean news = false;
        for (var member : group) {
            var sent = member.instance().sent();
            last = Math.max(last, sent.at());
            first = Math.min(first, member.instance().starts());
            news |= member.firing() != sent.firing();
        }
        if (news && last == 0) {
            return now >= first + route.groupWait().toMillis();
        }
        return now >= last + (news ? route.groupInterval() : route.repeatInterval()).toMillis();
    }

    private void send(Key key, List<Member> group, Attempts attempt, long now) {
        String problem = null;
        try {
            var receivers = points.named(key.receiver()).stream()
                    .filter(ContactPoint::delivered)
                    .toList();
            if (receivers.isEmpty()) {
                problem = "no contact point of that name is delivered here";
            }
            var message = new Message(root, key.labels(), group);
            for (var point : receivers) {
                String failure = sent(point, message, group, attempt);
                problem = failure == null ? problem : failure;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problem = "interrupted";
        } catch (RuntimeException e) {
            LOG.error("a message to \"{}\" could not be made", key.receiver(), e);
            problem = "an internal error";
        } finally {
            turns.release();
            done(key, group, attempt, problem, now);
        }
    }

    /// Null when the receiver took it.
    private @Nullable String sent(ContactPoint point, Message message, List<Member> group, Attempts attempt)
            throws InterruptedException {
        boolean unwanted = point.disableResolve() && group.stream().noneMatch(Member::firing);
        if (unwanted || attempt.toldAlready.contains(point.uid())) {
            return null;
        }
        try {
            webhook.send(point, message.webhook(point));
            attempt.toldAlready.add(point.uid());
            LOG.info("told \"{}\" of {} alerts", point.name(), group.size());
            return null;
        } catch (Refusal e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void done(Key key, List<Member> group, Attempts attempt, @Nullable String problem, long now) {
        if (problem == null) {
            told.told(group, now);
        } else {
            LOG.warn("a message to \"{}\" failed, attempt {}: {}", key.receiver(), attempt.failures + 1, problem);
            told.told(
                    group.stream()
                            .filter(member ->
                                    !member.firing() && now - member.instance().ends() > PATIENCE.toMillis())
                            .toList(),
                    now);
        }
        synchronized (this) {
            attempt.underWay = List.of();
            if (problem == null) {
                attempt.toldAlready.clear();
                attempt.failures = 0;
                attempt.lastMessage = now;
            } else {
                attempt.failures++;
                attempt.notBefore = now + (FIRST_PAUSE.toMillis() << Math.min(attempt.failures - 1, MOST_DOUBLINGS));
            }
        }
    }

    /// What a receiver gets when somebody tries it out.
    void test(ContactPoint point, Rule rule, long now) throws InterruptedException {
        var labels = new TreeMap<>(Map.of("alertname", "TestAlert", "instance", "Grafana"));
        var instance = Instance.of(labels, now)
                .seen(now, new TreeMap<>(Map.of("A", 1.0)))
                .named(labels, new TreeMap<>(Map.of("summary", "Notification test")))
                .in(Instance.State.ALERTING, "", now);
        if (!point.delivered()) {
            throw Refusal.badRequest("contact points of type " + point.type() + " are not delivered here");
        }
        webhook.send(point, new Message(root, labels, List.of(new Member(rule, instance))).webhook(point));
    }
}
