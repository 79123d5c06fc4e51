package sigyn.server.dashboards.provision;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import sigyn.server.dashboards.store.Datasource;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.wire.Refusal;

/// Brings the store in line with the files of data sources.
///
/// A name belongs to the first file that has it; the first that is marked default is. A file that is broken changes
/// nothing of what it said before.
final class DatasourceReader {
    private record Parsed(YamlFolder.Content content, DatasourceFile file) {}

    private final Datasources store;
    private final Map<String, String> environment;
    private final Map<String, DatasourceFile> lastGood = new HashMap<>();

    DatasourceReader(Datasources store, Map<String, String> environment) {
        this.store = store;
        this.environment = environment;
    }

    List<FileStatus> apply(List<YamlFolder.Content> files, long now) {
        var statuses = new ArrayList<FileStatus>();
        var parsed = new ArrayList<Parsed>();
        boolean broken = false;
        for (var content : files) {
            try {
                var tree = YamlFile.read(content.bytes(), content.path().toString(), environment);
                var file = DatasourceFile.read(tree);
                lastGood.put(content.path().toString(), file);
                parsed.add(new Parsed(content, file));
            } catch (BadFileException e) {
                broken = true;
                statuses.add(content.failed(FileStatus.Kind.DATASOURCES, e, now));
                var before = lastGood.get(content.path().toString());
                if (before != null) {
                    parsed.add(new Parsed(content, before));
                }
            }
        }
        var owner = new LinkedHashMap<String, String>();
        String defaultOwner = "";
        for (var p : parsed) {
            var notes = new ArrayList<>(p.file().problems());
            for (var wanted : p.file().datasources()) {
                String path = p.content().path().toString();
                String other = owner.putIfAbsent(wanted.name(), path);
                if (other != null) {
                    notes.add(wanted.name() + " is already defined in " + other + ": ignored here");
                    continue;
                }
                boolean isDefault = wanted.isDefault();
                if (isDefault && !defaultOwner.isEmpty()) {
                    notes.add(wanted.name() + " is marked default, but " + defaultOwner + " already is");
                    isDefault = false;
                } else if (isDefault) {
                    defaultOwner = wanted.name();
                }
                write(wanted, isDefault, notes);
            }
            if (statuses.stream()
                    .noneMatch(s -> s.path().equals(p.content().path().toString()))) {
                statuses.add(p.content()
                        .loaded(
                                FileStatus.Kind.DATASOURCES,
                                p.file().datasources().size() + " data sources",
                                notes,
                                now));
            }
        }
        remove(parsed, owner.keySet(), broken);
        return statuses;
    }

    private void write(Datasources.Content wanted, boolean isDefault, List<String> notes) {
        var content = new Datasources.Content(
                wanted.uid(),
                wanted.name(),
                wanted.type(),
                wanted.json(),
                wanted.secrets(),
                isDefault,
                wanted.readOnly(),
                true);
        try {
            var before = store.byName(wanted.name()).or(() -> store.byUid(wanted.uid()));
            if (before.isEmpty()) {
                store.create(content);
            } else if (!same(before.get(), content)) {
                store.replace(before.get(), content);
            }
        } catch (Refusal e) {
            notes.add(wanted.name() + ": " + e.getMessage());
        }
    }

    private static boolean same(Datasource a, Datasources.Content b) {
        return a.uid().equals(b.uid())
                && a.name().equals(b.name())
                && a.type().equals(b.type())
                && a.json().equals(b.json())
                && a.secrets().equals(b.secrets())
                && a.isDefault() == b.isDefault()
                && a.readOnly() == b.readOnly()
                && a.provisioned();
    }

    private void remove(List<Parsed> parsed, Set<String> wanted, boolean broken) {
        var doomed = parsed.stream().flatMap(p -> p.file().delete().stream()).collect(Collectors.toSet());
        boolean prune = !broken && parsed.stream().anyMatch(p -> p.file().prune());
        for (var datasource : store.all()) {
            boolean vanished = prune && datasource.provisioned();
            if (!wanted.contains(datasource.name()) && (vanished || doomed.contains(datasource.name()))) {
                store.delete(datasource);
            }
        }
    }
}
