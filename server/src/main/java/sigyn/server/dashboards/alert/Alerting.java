package sigyn.server.dashboards.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.server.dashboards.alert.Message.Member;
import sigyn.server.dashboards.source.QueryRunner;
import sigyn.server.dashboards.store.Folder;
import sigyn.server.dashboards.store.Folders;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.db.Db;
import tools.jackson.databind.node.ObjectNode;

/// Evaluates the rules when they are due and knows what fires.
///
/// The rules of a group are evaluated one after the other, never twice at once. A rule that fails is asked again a few
/// seconds later; only the third failure in a row counts.
public final class Alerting implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("alerting");
    private static final int GROUPS_AT_ONCE = 2;
    private static final int ATTEMPTS = 3;
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final int MOST_SAMPLED = 20;
    private static final Duration LAST_MESSAGE = Duration.ofSeconds(2);

    /// How a rule stands.
    ///
    /// @param folder its folder's title
    /// @param evaluated when it was last evaluated, milliseconds since 1970, 0 for never
    /// @param problem why that failed, empty when it did not
    /// @param noData whether its query gave nothing
    public record Status(
            Rule rule,
            String folder,
            List<Instance> instances,
            long evaluated,
            long tookMillis,
            String problem,
            boolean noData) {
        public Status {
            instances = List.copyOf(instances);
        }
    }

    private static final class Live {
        private Map<SortedMap<String, String>, Instance> instances;
        private String kept = "";
        private long evaluated;
        private long due;
        private long tookMillis;
        private int failures;
        private String problem = "";
        private boolean noData;

        Live(Map<SortedMap<String, String>, Instance> instances) {
            this.instances = instances;
        }
    }

    private record Group(String folderUid, String name) {}

    private final Rules rules;
    private final Folders folders;
    private final Evaluation evaluation;
    private final SampleLines lines;
    private final Clock clock;
    private final Duration poll;
    private final Webhook webhook;
    private final Notifier notifier;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final Map<String, Live> live = new HashMap<>();
    private final Set<Group> running = new HashSet<>();
    private final Semaphore turns = new Semaphore(GROUPS_AT_ONCE);
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread watcher = Thread.ofVirtual().name("alerting").unstarted(this::watch);
    private boolean closed;

    /// @param poll how often to look which rules are due
    /// @param root the address of the dashboards, for links, with a slash at the end
    public Alerting(
            Db db,
            Folders folders,
            QueryRunner queries,
            ContactPoints points,
            Targets targets,
            String root,
            Clock clock,
            Duration poll) {
        this.rules = new Rules(db, clock);
        this.folders = folders;
        this.evaluation = new Evaluation(queries);
        this.lines = new SampleLines(queries);
        this.clock = clock;
        this.poll = poll;
        this.webhook = new Webhook(targets, clock);
        this.notifier = new Notifier(points, webhook, root, workers, this::told);
    }

    public void start() {
        watcher.start();
    }

    private void watch() {
        while (true) {
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                look();
                woken.await(poll.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                return;
            } finally {
                lock.unlock();
            }
        }
    }

    private void look() {
        try {
            evaluateDue();
            notifier.look(members(), clock.millis());
        } catch (RuntimeException e) {
            LOG.error("looking for rules that are due failed", e);
        }
    }

    private void evaluateDue() {
        long now = clock.millis();
        var due = new LinkedHashMap<Group, List<Rule>>();
        for (var rule : rules.all()) {
            if (rule.deleted()) {
                sweep(rule);
            } else if (!rule.paused() && live(rule.uid()).due <= now) {
                due.computeIfAbsent(new Group(rule.folderUid(), rule.group()), _ -> new ArrayList<>())
                        .add(rule);
            }
        }
        due.forEach((group, members) -> {
            if (running.add(group)) {
                workers.execute(() -> evaluate(group, members));
            }
        });
    }

    /// Removes a deleted rule when nobody waits for the end of its alerts, nor will when a message has arrived.
    private void sweep(Rule rule) {
        if (live(rule.uid()).instances.values().stream().noneMatch(Instance::owesAnEnd) && !notifier.tellsOf(rule)) {
            rules.remove(rule.uid());
            live.remove(rule.uid());
        }
    }

    private List<Member> members() {
        var members = new ArrayList<Member>();
        for (var rule : rules.all()) {
            live(rule.uid()).instances.values().forEach(instance -> members.add(new Member(rule, instance)));
        }
        return members;
    }

    /// Remembers what receivers know; what has ended and is known to have is forgotten when its rule runs no more. What
    /// ended and was forgotten while a message said that it fires is there again, to owe its end.
    private void told(List<Member> members, long at) {
        lock.lock();
        try {
            for (var member : members) {
                String uid = member.rule().uid();
                var state = live(uid);
                var instances = new LinkedHashMap<>(state.instances);
                instances.compute(member.instance().series(), (_, instance) -> {
                    var now = instance == null
                            ? member.instance().in(Instance.State.NORMAL, "MissingSeries", clock.millis())
                            : instance;
                    var known = now.told(new Instance.Sent(member.firing(), at));
                    boolean over = known.state() == Instance.State.NORMAL
                            && !known.reason().isEmpty()
                            && !known.owesAnEnd();
                    return over ? null : known;
                });
                put(uid, state, instances);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Sends a receiver an alert that is none.
    public void test(ContactPoint point) throws InterruptedException {
        var json = Json.object().put("uid", "test").put("title", "TestAlert").put("condition", "A");
        var query = json.putArray("data").addObject().put("refId", "A").put("datasourceUid", "test");
        query.putObject("model").put("expr", "vector(1)");
        long now = clock.millis();
        notifier.test(point, Rule.read(json, Rule.STANDARD_INTERVAL, "", false, now), now);
    }

    private Live live(String uid) {
        return live.computeIfAbsent(uid, _ -> new Live(rules.instances(uid)));
    }

    private void evaluate(Group group, List<Rule> members) {
        try {
            turns.acquire();
            try {
                for (var rule : members) {
                    evaluateOrWait(rule);
                }
            } finally {
                turns.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.lock();
            try {
                running.remove(group);
                woken.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    /// A rule with which something unforeseen happens is not asked again at once.
    private void evaluateOrWait(Rule rule) throws InterruptedException {
        try {
            evaluate(rule);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.error("evaluating the rule {} failed", rule.uid(), e);
            lock.lock();
            try {
                var state = live(rule.uid());
                state.problem = "an internal error, see the log";
                state.due = clock.millis() + rule.interval().toMillis();
            } finally {
                lock.unlock();
            }
        }
    }

    private void evaluate(Rule rule) throws Exception {
        Instant at = clock.instant();
        long began = System.nanoTime();
        var before = instances(rule.uid());
        var outcome = evaluation.run(rule, at, before.values());
        var samples = new HashMap<SortedMap<String, String>, List<Instance.Sample>>();
        if (outcome instanceof Outcome.Results) {
            for (var instance : Transitions.after(rule, folder(rule), before, outcome, at.toEpochMilli())
                    .values()) {
                var was = before.get(instance.series());
                boolean begins = instance.state() == Instance.State.ALERTING
                        && (was == null || !was.state().firing());
                if (begins && samples.size() < MOST_SAMPLED) {
                    samples.put(instance.series(), lines.of(rule, instance.series(), at));
                }
            }
        }
        lock.lock();
        try {
            boolean current = rules.all().contains(rule);
            if (current) {
                var state = live(rule.uid());
                state.tookMillis = (System.nanoTime() - began) / 1_000_000;
                take(rule, state, outcome, samples, at.toEpochMilli());
            }
        } finally {
            lock.unlock();
        }
    }

    private void take(
            Rule rule,
            Live state,
            Outcome outcome,
            Map<SortedMap<String, String>, List<Instance.Sample>> samples,
            long now) {
        if (outcome instanceof Outcome.NotYet) {
            state.due = now + RETRY.toMillis();
            return;
        }
        state.problem = outcome instanceof Outcome.Failure(String message) ? message : "";
        state.noData = outcome instanceof Outcome.NoData;
        state.failures = outcome instanceof Outcome.Failure ? state.failures + 1 : 0;
        if (state.failures > 0 && state.failures < ATTEMPTS) {
            state.due = now + RETRY.toMillis();
            return;
        }
        var after = Transitions.after(rule, folder(rule), state.instances, outcome, now);
        samples.forEach((series, found) -> after.computeIfPresent(series, (_, instance) -> instance.with(found)));
        put(rule.uid(), state, after);
        state.evaluated = now;
        state.due = now + rule.interval().toMillis();
    }

    /// Takes new instances, and keeps them when more than their values changed.
    private void put(String uid, Live state, Map<SortedMap<String, String>, Instance> instances) {
        state.instances = instances;
        var essence = new StringBuilder();
        instances
                .values()
                .forEach(instance -> essence.append(instance.essence()).append('\n'));
        if (!essence.toString().equals(state.kept)) {
            rules.keep(uid, instances);
            state.kept = essence.toString();
        }
    }

    private Map<SortedMap<String, String>, Instance> instances(String uid) {
        lock.lock();
        try {
            return live(uid).instances;
        } finally {
            lock.unlock();
        }
    }

    private String folder(Rule rule) {
        return folders.byUid(rule.folderUid()).map(Folder::title).orElse("General");
    }

    /// All rules and how they stand.
    public List<Status> statuses() {
        lock.lock();
        try {
            var all = new ArrayList<Status>();
            for (var rule : rules.all()) {
                if (!rule.deleted()) {
                    var state = live(rule.uid());
                    all.add(new Status(
                            rule,
                            folder(rule),
                            List.copyOf(state.instances.values()),
                            state.evaluated,
                            state.tookMillis,
                            state.problem,
                            state.noData));
                }
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    public Optional<Rule> rule(String uid) {
        return rules.byUid(uid);
    }

    /// Takes a new rule, or another form of one; what fired under the old form has ended. It is evaluated at once.
    ///
    /// @param interval how often its group is evaluated; null: as it is
    public Rule save(ObjectNode json, @Nullable Duration interval, String provenance, String by) {
        lock.lock();
        try {
            var before = rules.byUid(Json.text(json, "uid"));
            if (before.isPresent() && before.get().says(json, interval, provenance)) {
                return before.get();
            }
            var rule = rules.save(json, interval, provenance, by);
            var state = live(rule.uid());
            boolean same = before.isPresent()
                    && before.get().nodes().equals(rule.nodes())
                    && before.get().condition().equals(rule.condition())
                    && before.get().labels().equals(rule.labels())
                    && before.get().paused() == rule.paused();
            if (!same) {
                put(
                        rule.uid(),
                        state,
                        Transitions.ended(state.instances, rule.paused() ? "Paused" : "Updated", clock.millis()));
                state.problem = "";
                state.noData = false;
                state.failures = 0;
                state.evaluated = 0;
            }
            state.due = 0;
            woken.signal();
            return rule;
        } finally {
            lock.unlock();
        }
    }

    /// Has the rules of a group evaluated at other times.
    public void setInterval(String folderUid, String group, Duration interval) {
        Rule.checkInterval(interval);
        lock.lock();
        try {
            rules.setInterval(folderUid, group, interval);
        } finally {
            lock.unlock();
        }
    }

    public void delete(String uid) {
        lock.lock();
        try {
            rules.markDeleted(uid);
            var state = live(uid);
            put(uid, state, Transitions.ended(state.instances, "RuleDeleted", clock.millis()));
            woken.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
        workers.shutdown();
        try {
            // A message that is cut off here may have been taken, and would be sent again by the next start.
            workers.awaitTermination(LAST_MESSAGE.toMillis(), TimeUnit.MILLISECONDS);
            webhook.close();
            workers.shutdownNow();
            if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("an evaluation did not end in time");
            }
            watcher.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
