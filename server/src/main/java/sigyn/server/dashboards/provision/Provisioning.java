package sigyn.server.dashboards.provision;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.server.dashboards.alert.Alerting;
import sigyn.server.dashboards.alert.ContactPoints;
import sigyn.server.dashboards.store.DashboardStore;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.store.Folders;

/// Reads `datasources/*.yaml`, `alerting/*.yaml`, `dashboards/*.yaml` and the dashboard files these name, at the start
/// and again every few seconds, by content.
public final class Provisioning implements AutoCloseable {
    private static final Logger LOG_DATASOURCES = LoggerFactory.getLogger("provisioning.datasources");
    private static final Logger LOG_ALERTING = LoggerFactory.getLogger("provisioning.alerting");
    private static final Logger LOG_DASHBOARDS = LoggerFactory.getLogger("provisioning.dashboard");

    private final Path root;
    private final Path home;
    private final Map<String, String> environment;
    private final Clock clock;
    private final Duration every;
    private final DatasourceReader datasourceReader;
    private final DashboardReader dashboardReader;
    private final AlertingReader alertingReader;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private boolean closed;
    private List<YamlFolder.Content> datasourceFiles = List.of();
    private List<FileStatus> datasourceStatuses = List.of();
    private List<YamlFolder.Content> alertingFiles = List.of();
    private List<FileStatus> alertingStatuses = List.of();
    private List<YamlFolder.Content> providerFiles = List.of();
    private List<FileStatus> providerStatuses = List.of();
    private final Map<String, List<Provider>> providersOfFile = new HashMap<>();
    private volatile List<Provider> providers = List.of();
    private volatile List<FileStatus> statuses = List.of();
    private Thread poller = Thread.ofVirtual().unstarted(() -> {});

    /// @param root the folder with `datasources`, `dashboards` and `alerting` in it
    /// @param home what relative paths in the files are relative to
    public Provisioning(
            Path root,
            Path home,
            Map<String, String> environment,
            Duration every,
            Datasources datasources,
            Folders folders,
            DashboardStore dashboards,
            Alerting alerting,
            ContactPoints points,
            Clock clock) {
        this.root = root;
        this.home = home;
        this.environment = environment;
        this.every = every;
        this.clock = clock;
        this.datasourceReader = new DatasourceReader(datasources, environment);
        this.dashboardReader = new DashboardReader(dashboards, folders);
        this.alertingReader = new AlertingReader(alerting, points, folders, environment);
    }

    /// Reads everything once, then goes on in the background until closed.
    public void start() {
        refresh();
        LOG_DASHBOARDS.info("finished to provision dashboards");
        poller = Thread.ofVirtual().name("provisioning").start(this::poll);
    }

    private void poll() {
        while (true) {
            lock.lock();
            try {
                if (closed || (closing.await(every.toNanos(), TimeUnit.NANOSECONDS) && closed)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            } finally {
                lock.unlock();
            }
            try {
                refresh();
            } catch (RuntimeException e) {
                LOG_DASHBOARDS.error("provisioning failed, will be tried again", e);
            }
        }
    }

    /// Compares the files with what was read last and takes over what changed.
    public void refresh() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            long now = clock.millis();
            readDatasources(now);
            readProviders(now);
            boolean complete = providerStatuses.stream().noneMatch(s -> s.state() == FileStatus.State.FAILED);
            var dashboardStatuses = dashboardReader.apply(providers, complete, now);
            var all = new ArrayList<FileStatus>();
            all.addAll(datasourceStatuses);
            all.addAll(providerStatuses);
            all.addAll(dashboardStatuses);
            readAlerting(now);
            all.addAll(alertingStatuses);
            log(statuses, all);
            statuses = List.copyOf(all);
        } finally {
            lock.unlock();
        }
    }

    private void readDatasources(long now) {
        var files = YamlFolder.read(root.resolve("datasources"));
        if (YamlFolder.same(files, datasourceFiles)) {
            datasourceStatuses =
                    datasourceStatuses.stream().map(FileStatus::seenAgain).toList();
            return;
        }
        datasourceStatuses = datasourceReader.apply(files, now);
        datasourceFiles = files;
    }

    private void readAlerting(long now) {
        var files = YamlFolder.read(root.resolve("alerting"));
        if (YamlFolder.same(files, alertingFiles)) {
            alertingReader.unchanged();
            alertingStatuses =
                    alertingStatuses.stream().map(FileStatus::seenAgain).toList();
            return;
        }
        alertingStatuses = alertingReader.apply(files, now);
        alertingFiles = files;
    }

    private void readProviders(long now) {
        var files = YamlFolder.read(root.resolve("dashboards"));
        if (YamlFolder.same(files, providerFiles)) {
            providerStatuses =
                    providerStatuses.stream().map(FileStatus::seenAgain).toList();
            return;
        }
        var found = new ArrayList<Provider>();
        var names = new HashSet<String>();
        var results = new ArrayList<FileStatus>();
        for (var file : files) {
            String path = file.path().toString();
            try {
                var notes = new ArrayList<String>();
                var tree = YamlFile.read(file.bytes(), path, environment);
                var ofFile = tree.isNull() ? List.<Provider>of() : Provider.read(tree, home, notes);
                providersOfFile.put(path, ofFile);
                results.add(file.loaded(FileStatus.Kind.PROVIDERS, ofFile.size() + " providers", notes, now));
            } catch (BadFileException e) {
                results.add(file.failed(FileStatus.Kind.PROVIDERS, e, now));
            }
            for (var provider : providersOfFile.getOrDefault(path, List.of())) {
                if (names.add(provider.name())) {
                    found.add(provider);
                } else {
                    LOG_DASHBOARDS.warn(
                            "provisioning file={} msg=\"provider name {} is already in use: ignored\"",
                            path,
                            provider.name());
                }
            }
        }
        providerFiles = files;
        providerStatuses = results;
        providers = List.copyOf(found);
    }

    private static void log(List<FileStatus> before, List<FileStatus> after) {
        var known = new HashMap<String, FileStatus>();
        before.forEach(s -> known.put(s.kind() + s.path(), s));
        for (var status : after) {
            var old = known.get(status.kind() + status.path());
            boolean news = switch (status.state()) {
                case LOADED -> old == null || old.state() != status.state() || old.at() != status.at();
                case UNCHANGED -> old == null;
                case FAILED, CONFLICT ->
                    old == null
                            || old.state() != status.state()
                            || !old.message().equals(status.message());
            };
            if (news) {
                line(status);
            }
        }
    }

    private static void line(FileStatus status) {
        var text = new StringBuilder("provisioning file=").append(status.path());
        text.append(" state=").append(status.state().name().toLowerCase(java.util.Locale.ROOT));
        if (!status.provider().isEmpty()) {
            text.append(" provider=\"").append(status.provider()).append('"');
        }
        if (!status.uid().isEmpty()) {
            text.append(" uid=").append(status.uid());
        }
        if (status.line() > 0) {
            text.append(" line=").append(status.line()).append(" column=").append(status.column());
        }
        if (!status.message().isEmpty()) {
            text.append(" reason=\"")
                    .append(status.message().replace('"', '\''))
                    .append('"');
        }
        for (String note : status.notes()) {
            text.append(" note=\"").append(note.replace('"', '\'')).append('"');
        }
        var log = switch (status.kind()) {
            case DATASOURCES -> LOG_DATASOURCES;
            case ALERTING -> LOG_ALERTING;
            case PROVIDERS, DASHBOARD, FOLDER -> LOG_DASHBOARDS;
        };
        if (status.state() == FileStatus.State.FAILED || status.state() == FileStatus.State.CONFLICT) {
            log.warn("{}", text);
        } else {
            log.info("{}", text);
        }
    }

    /// What came of each file, as of the last pass.
    public List<FileStatus> statuses() {
        return statuses;
    }

    public List<Provider> providers() {
        return providers;
    }

    public Optional<Provider> provider(String name) {
        return providers.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            poller.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
