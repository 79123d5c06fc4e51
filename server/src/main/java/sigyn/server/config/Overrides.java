package sigyn.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.Tenant;
import sigyn.storage.retention.RetentionRule;

/// Limits per tenant: the main file's, changed by the `overrides` of the runtime files, which are read again whenever
/// [#reload] is called. A broken file keeps what was read before.
public final class Overrides {
    private static final Logger LOG = LoggerFactory.getLogger(Overrides.class);

    private final Limits base;
    private final List<Path> files;
    private volatile Map<String, Limits> byTenant = Map.of();
    private volatile List<String> texts = List.of();
    private volatile List<String> notes = List.of();
    private volatile boolean good = true;

    private Overrides(Limits base, List<Path> files) {
        this.base = base;
        this.files = files;
    }

    /// Reads the files; a broken one is a [ConfigException].
    public static Overrides open(LokiConfig config) {
        var overrides = new Overrides(config.limits(), config.overridesFiles());
        overrides.byTenant = overrides.read();
        return overrides;
    }

    /// What is odd about the files: unknown and removed keys, with file and line.
    public List<String> notes() {
        return notes;
    }

    public Limits of(Tenant tenant) {
        return byTenant.getOrDefault(tenant.id(), base);
    }

    /// Limits of a request for several tenants: of reading the strictest, the rest of the first.
    public Limits of(List<Tenant> tenants) {
        var limits = of(tenants.getFirst());
        for (var tenant : tenants.subList(1, tenants.size())) {
            limits = new Limits(
                    limits.ingest(), limits.read().strictest(of(tenant).read()), limits.retention());
        }
        return limits;
    }

    /// What the files said when they were last read with success.
    public List<String> texts() {
        return texts;
    }

    /// How long the entries of each stream are kept, as the limits say at that moment. Without
    /// `compactor.retention_enabled` only what old files say under `table_manager` counts.
    public RetentionRule retention(boolean enabled) {
        return (tenant, stream) -> (enabled ? of(tenant) : base).retention().maxAge(stream);
    }

    /// True when the last reading of the files worked.
    public boolean lastReloadWorked() {
        return good;
    }

    public void reload() {
        if (files.isEmpty()) {
            return;
        }
        try {
            byTenant = read();
            good = true;
        } catch (ConfigException e) {
            if (good) {
                LOG.warn("runtime configuration keeps its old values: {}", e.getMessage());
            }
            good = false;
        }
    }

    private Map<String, Limits> read() {
        var out = new HashMap<String, Limits>();
        var read = new ArrayList<String>();
        var odd = new ArrayList<String>();
        for (var file : files) {
            String text;
            try {
                text = Files.readString(file);
            } catch (IOException e) {
                throw new ConfigException(file + ": cannot be read: " + e);
            }
            read.add(text);
            var top = Yaml.parse(text, file.toString());
            odd.addAll(KnownKeys.load().runtimeNotes(top, file.toString()));
            var root = new Section(file.toString(), "", top);
            root.section("overrides")
                    .children()
                    .forEach(
                            (tenant, section) -> out.put(tenant, Limits.read(section, out.getOrDefault(tenant, base))));
        }
        if (!odd.equals(notes)) {
            odd.forEach(LOG::warn);
        }
        notes = List.copyOf(odd);
        texts = List.copyOf(read);
        return Map.copyOf(out);
    }
}
