package sigyn.server.dashboards.provision;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.alert.Alerting;
import sigyn.server.dashboards.alert.ContactPoint;
import sigyn.server.dashboards.alert.ContactPoints;
import sigyn.server.dashboards.store.Folder;
import sigyn.server.dashboards.store.Folders;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.dashboards.wire.Slug;
import sigyn.server.dashboards.wire.Spans;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Brings alert rules, contact points and the notification policy in line with the files of `alerting/`.
///
/// An object that cannot be used is noted and the rest of its file taken. What no file has any more goes, unless a file
/// is broken, and only when the next pass finds the files as they were: a file that is just being written ends no
/// alert.
final class AlertingReader {
    private static final String FILE = "file";
    private static final String BY = "provisioning";

    /// What the file has that is named otherwise in the API.
    private static final Map<String, String> RENAMED = Map.of(
            "keepFiringFor", "keep_firing_for",
            "missing_series_evals_to_resolve", "missingSeriesEvalsToResolve",
            "dashboardUid", "__dashboardUid__",
            "dasboardUid", "__dashboardUid__",
            "panelId", "__panelId__");

    private static final List<String> UNUSED = List.of("muteTimes", "templates", "resetPolicies");

    private final Alerting alerting;
    private final ContactPoints points;
    private final Folders folders;
    private final Map<String, String> environment;

    /// What the files have, to be all that there is; null when nothing is to go.
    private @Nullable Wanted wanted;

    private record Wanted(Set<String> rules, Set<String> receivers) {}

    AlertingReader(Alerting alerting, ContactPoints points, Folders folders, Map<String, String> environment) {
        this.alerting = alerting;
        this.points = points;
        this.folders = folders;
        this.environment = environment;
    }

    /// Takes over files that have changed.
    List<FileStatus> apply(List<YamlFolder.Content> files, long now) {
        var statuses = new ArrayList<FileStatus>();
        var rules = new HashSet<String>();
        var receivers = new HashSet<String>();
        boolean broken = false;
        for (var file : files) {
            try {
                var tree = YamlFile.read(file.bytes(), file.path().toString(), environment);
                var notes = new ArrayList<String>();
                int ways = contactPoints(tree, receivers, notes);
                policies(tree, notes);
                int taken = groups(tree, rules, notes);
                deletions(tree);
                UNUSED.stream().filter(tree::has).forEach(key -> notes.add(key + " has no effect here"));
                String message = taken + " rules, " + ways + " contact points";
                statuses.add(file.loaded(FileStatus.Kind.ALERTING, message, notes, now));
            } catch (BadFileException e) {
                broken = true;
                statuses.add(file.failed(FileStatus.Kind.ALERTING, e, now));
            }
        }
        wanted = broken || files.isEmpty() ? null : new Wanted(rules, receivers);
        return statuses;
    }

    /// To be called when the files are the same as in the last pass.
    void unchanged() {
        var all = wanted;
        if (all != null) {
            removeOthers(all.rules(), all.receivers());
            wanted = null;
        }
    }

    private int contactPoints(JsonNode tree, Set<String> wanted, List<String> notes) {
        int taken = 0;
        for (var contact : Json.objects(tree, "contactPoints")) {
            String name = Json.text(contact, "name");
            int at = 0;
            for (var receiver : Json.objects(contact, "receivers")) {
                String given = Json.text(receiver, "uid");
                String uid = given.isEmpty() ? Slug.derivedUid(name, Integer.toString(at)) : given;
                at++;
                taken += attempt(name, notes, () -> {
                    var point = ContactPoint.of(
                            uid,
                            name,
                            Json.text(receiver, "type"),
                            Json.objectAt(receiver, "settings"),
                            Map.of(),
                            Json.flag(receiver, "disableResolveMessage", false),
                            true,
                            FILE);
                    wanted.add(uid);
                    if (!points.byUid(uid).filter(point::equals).isPresent()) {
                        points.save(point, BY);
                    }
                    if (!point.delivered()) {
                        notes.add(name + ": messages of type " + point.type() + " are not delivered here");
                    }
                });
            }
        }
        return taken;
    }

    private void policies(JsonNode tree, List<String> notes) {
        for (var policy : Json.objects(tree, "policies")) {
            policy.remove("orgId");
            attempt("policies", notes, () -> {
                if (!points.policy().equals(policy)) {
                    points.setPolicy(policy);
                }
                if (!policy.path("routes").isEmpty()) {
                    notes.add("policies: routes below the root are not used here");
                }
            });
        }
    }

    private int groups(JsonNode tree, Set<String> wanted, List<String> notes) {
        int taken = 0;
        for (var group : Json.objects(tree, "groups")) {
            String name = Json.text(group, "name");
            var rules = Json.objects(group, "rules");
            rules.forEach(rule -> wanted.add(Json.text(rule, "uid")));
            Duration interval = Spans.parse(Json.text(group, "interval", "1m"));
            String folder;
            try {
                folder = folder(Json.text(group, "folder"));
            } catch (Refusal e) {
                notes.add(name + ": " + e.getMessage());
                continue;
            }
            if (interval == null || attempt(name, notes, () -> alerting.setInterval(folder, name, interval)) == 0) {
                notes.add(name + ": the group has no interval that can be used");
                continue;
            }
            for (var rule : rules) {
                taken += attempt(
                        Json.text(rule, "title", name),
                        notes,
                        () -> alerting.save(asInApi(rule, folder, name), interval, FILE, BY));
            }
        }
        return taken;
    }

    /// The uid of the folder of that title at the top, which is made when it is not there.
    private String folder(String title) {
        if (title.isEmpty()) {
            return Folder.GENERAL;
        }
        return folders.byTitle(title, "")
                .orElseGet(() -> folders.create(Slug.derivedUid(FILE, title), title, "", BY))
                .uid();
    }

    private static ObjectNode asInApi(ObjectNode rule, String folder, String group) {
        var json = Json.object();
        var annotations = Json.object();
        for (var entry : rule.properties()) {
            String name = RENAMED.getOrDefault(entry.getKey(), entry.getKey());
            if (name.startsWith("__")) {
                annotations.put(name, entry.getValue().asString(""));
            } else {
                json.set(name, entry.getValue());
            }
        }
        var own = Json.object(rule, "annotations");
        annotations.setAll(own == null ? Json.object() : own);
        json.set("annotations", annotations);
        json.put("folderUID", folder).put("ruleGroup", group);
        if (!json.has("execErrState")) {
            json.put("execErrState", "Alerting");
        }
        return json;
    }

    private void deletions(JsonNode tree) {
        Json.objects(tree, "deleteRules").forEach(rule -> remove(Json.text(rule, "uid")));
        Json.objects(tree, "deleteContactPoints").forEach(point -> points.delete(Json.text(point, "uid")));
    }

    private void remove(@Nullable String uid) {
        if (uid != null && alerting.rule(uid).isPresent()) {
            alerting.delete(uid);
        }
    }

    private void removeOthers(Set<String> rules, Set<String> receivers) {
        for (var status : alerting.statuses()) {
            if (status.rule().provenance().equals(FILE)
                    && !rules.contains(status.rule().uid())) {
                alerting.delete(status.rule().uid());
            }
        }
        for (var point : points.all()) {
            if (point.provenance().equals(FILE) && !receivers.contains(point.uid())) {
                points.delete(point.uid());
            }
        }
    }

    /// How many things it did: one, or none and a note why.
    private static int attempt(String what, List<String> notes, Runnable work) {
        try {
            work.run();
            return 1;
        } catch (Refusal e) {
            notes.add(what + ": " + e.getMessage());
            return 0;
        }
    }
}
