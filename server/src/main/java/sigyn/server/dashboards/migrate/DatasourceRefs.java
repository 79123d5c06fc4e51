package sigyn.server.dashboards.migrate;

import java.util.List;
import java.util.Optional;

/// The data sources that references in a dashboard may mean.
public record DatasourceRefs(List<Ref> all, Optional<Ref> standard) {
    public record Ref(String name, String uid, String type) {}

    public static final DatasourceRefs NONE = new DatasourceRefs(List.of(), Optional.empty());

    public DatasourceRefs {
        all = List.copyOf(all);
    }

    Optional<Ref> byUid(String uid) {
        return all.stream().filter(r -> r.uid().equals(uid)).findFirst();
    }

    Optional<Ref> byName(String name) {
        return all.stream().filter(r -> r.name().equals(name)).findFirst();
    }

    List<Ref> ofType(String type) {
        return all.stream().filter(r -> r.type().equals(type)).toList();
    }

    /// The one to take for a type: the default if it is of that type, else the only one, else none.
    Optional<Ref> bestOf(String type) {
        var candidates = ofType(type);
        return standard.filter(r -> r.type().equals(type))
                .or(() -> candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty());
    }
}
