package sigyn.server.dashboards.provision;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.migrate.Envelope;
import sigyn.server.dashboards.store.Dashboard;
import sigyn.server.dashboards.store.DashboardStore;
import sigyn.server.dashboards.store.Folder;
import sigyn.server.dashboards.store.Folders;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.dashboards.wire.Slug;

/// Brings the store in line with the providers' dashboard files.
///
/// The first file, by provider and path, that has a uid keeps it; others with the same uid are conflicts and change
/// nothing. A dashboard goes only when its file is missing in two passes running, so that an editor that replaces files
/// does not cost it its history.
final class DashboardReader {
    private static final long LARGEST = 32L << 20;
    private static final String BY = "provisioning";

    private record Found(Path file, String relative) {}

    private record Seen(byte[] hash, FileStatus status) {}

    private final DashboardStore dashboards;
    private final Folders folders;
    private final Map<String, Seen> seen = new HashMap<>();
    private Set<Long> missing = new HashSet<>();

    DashboardReader(DashboardStore dashboards, Folders folders) {
        this.dashboards = dashboards;
        this.folders = folders;
    }

    List<FileStatus> apply(List<Provider> providers, boolean complete, long now) {
        var statuses = new ArrayList<FileStatus>();
        var uids = new HashMap<String, String>();
        var files = new HashSet<Path>();
        var stillMissing = new HashSet<Long>();
        for (var provider : providers) {
            pass(provider, statuses, uids, files, stillMissing, now);
        }
        if (complete) {
            orphans(providers, stillMissing);
        }
        missing = stillMissing;
        return statuses;
    }

    private void pass(
            Provider provider,
            List<FileStatus> statuses,
            Map<String, String> uids,
            Set<Path> files,
            Set<Long> stillMissing,
            long now) {
        List<Found> found;
        try {
            found = walk(provider.path());
        } catch (IOException e) {
            statuses.add(new FileStatus(
                    FileStatus.Kind.FOLDER,
                    provider.path().toString(),
                    provider.name(),
                    FileStatus.State.FAILED,
                    "cannot be read, its dashboards stay as they are: " + e,
                    0,
                    0,
                    "",
                    "",
                    List.of(),
                    now));
            return;
        }
        var present = new HashSet<String>();
        for (var file : found) {
            if (!files.add(file.file())) {
                continue;
            }
            present.add(file.relative());
            statuses.add(one(provider, file, uids, now));
        }
        for (var dashboard : dashboards.ofProvider(provider.name())) {
            if (!present.contains(dashboard.externalId())) {
                gone(dashboard, provider.disableDeletion(), stillMissing);
            }
        }
    }

    private void orphans(List<Provider> providers, Set<Long> stillMissing) {
        var names = new HashSet<String>();
        providers.forEach(p -> names.add(p.name()));
        for (var dashboard : dashboards.all()) {
            if (dashboard.provisioned() && !names.contains(dashboard.provider())) {
                gone(dashboard, false, stillMissing);
            }
        }
    }

    private void gone(Dashboard dashboard, boolean keep, Set<Long> stillMissing) {
        if (!missing.contains(dashboard.id())) {
            stillMissing.add(dashboard.id());
        } else if (keep) {
            dashboards.release(dashboard);
        } else {
            dashboards.delete(dashboard);
        }
    }

    private FileStatus one(Provider provider, Found file, Map<String, String> uids, long now) {
        String key = provider.name() + "\0" + file.file();
        String path = file.file().toString();
        byte[] hash = new byte[0];
        try {
            if (Files.size(file.file()) > LARGEST) {
                throw new BadFileException("larger than " + (LARGEST >> 20) + " MiB");
            }
            byte[] bytes = Files.readAllBytes(file.file());
            hash = Slug.sha256(bytes);
            var before = seen.get(key);
            if (before != null && java.util.Arrays.equals(before.hash(), hash) && stillHolds(before.status(), uids)) {
                return before.status().seenAgain();
            }
            var status = load(provider, file, bytes, HexFormat.of().formatHex(hash), uids, now);
            seen.put(key, new Seen(hash, status));
            return status;
        } catch (BadFileException e) {
            return failed(key, hash, provider, file, path, e, uids, now);
        } catch (IOException e) {
            return failed(key, hash, provider, file, path, new BadFileException(e.toString()), uids, now);
        } catch (Refusal e) {
            return failed(
                    key, hash, provider, file, path, new BadFileException(String.valueOf(e.getMessage())), uids, now);
        }
    }

    /// Whether what was found out about an unchanged file is still so; takes its uid.
    private boolean stillHolds(FileStatus status, Map<String, String> uids) {
        return switch (status.state()) {
            case FAILED -> false;
            case CONFLICT -> uids.containsKey(status.uid());
            case LOADED, UNCHANGED ->
                dashboards.byUid(status.uid()).filter(Dashboard::provisioned).isPresent()
                        && uids.putIfAbsent(status.uid(), status.path()) == null;
        };
    }

    private FileStatus load(
            Provider provider, Found file, byte[] bytes, String checksum, Map<String, String> uids, long now)
            throws BadFileException {
        Envelope content;
        try {
            content = Envelope.open(Json.parse(bytes));
        } catch (Json.SyntaxException e) {
            throw new BadFileException(String.valueOf(e.getMessage()), e.line(), e.column());
        } catch (Envelope.UnknownException e) {
            throw new BadFileException(String.valueOf(e.getMessage()));
        }
        var notes = new ArrayList<>(content.notes());
        var json = content.dashboard();
        String uid = Json.text(json, "uid").strip();
        if (!uid.isEmpty() && !Slug.validUid(uid)) {
            notes.add("uid \"" + uid + "\" cannot be used, one is derived from the file's path");
            uid = "";
        }
        if (uid.isEmpty()) {
            uid = Slug.derivedUid(provider.name(), file.relative());
        }
        String title = Json.text(json, "title").strip();
        String other = uids.putIfAbsent(uid, file.file().toString());
        if (other != null) {
            return status(
                    provider,
                    file,
                    FileStatus.State.CONFLICT,
                    "uid " + uid + " is already used by " + other + ": this file is ignored",
                    uid,
                    title,
                    notes,
                    now);
        }
        String folderUid = folder(provider, file);
        var before = dashboards.byUid(uid);
        if (before.isPresent() && before.get().checksum().equals(checksum)) {
            var dashboard = before.get();
            if (!dashboard.provider().equals(provider.name())
                    || !dashboard.externalId().equals(file.relative())) {
                dashboards.relocate(dashboard, provider.name(), file.relative(), checksum);
            }
            if (!dashboard.folderUid().equals(folderUid)) {
                dashboards.move(dashboard, folderUid);
            }
            return status(provider, file, FileStatus.State.UNCHANGED, "", uid, title, notes, now);
        }
        if (before.isPresent() && !before.get().provisioned()) {
            notes.add("replaces the dashboard of the same uid that was made by hand");
        }
        dashboards.write(new DashboardStore.Content(
                uid, json, folderUid, provider.name(), file.relative(), checksum, BY, "read from " + file.file()));
        return status(provider, file, FileStatus.State.LOADED, "", uid, title, notes, now);
    }

    private FileStatus failed(
            String key,
            byte[] hash,
            Provider provider,
            Found file,
            String path,
            BadFileException e,
            Map<String, String> uids,
            long now) {
        var kept = dashboards.ofProvider(provider.name()).stream()
                .filter(d -> d.externalId().equals(file.relative()))
                .findFirst();
        kept.ifPresent(dashboard -> uids.putIfAbsent(dashboard.uid(), path));
        var status = new FileStatus(
                FileStatus.Kind.DASHBOARD,
                path,
                provider.name(),
                FileStatus.State.FAILED,
                e.getMessage() + (kept.isPresent() ? "; the previous version stays" : ""),
                e.line(),
                e.column(),
                kept.map(Dashboard::uid).orElse(""),
                kept.map(Dashboard::title).orElse(""),
                List.of(),
                now);
        seen.put(key, new Seen(hash, status));
        return status;
    }

    private static FileStatus status(
            Provider provider,
            Found file,
            FileStatus.State state,
            String message,
            String uid,
            String title,
            List<String> notes,
            long now) {
        return new FileStatus(
                FileStatus.Kind.DASHBOARD,
                file.file().toString(),
                provider.name(),
                state,
                message,
                0,
                0,
                uid,
                title,
                notes,
                now);
    }

    private String folder(Provider provider, Found file) {
        String title = provider.folder();
        if (provider.foldersFromFiles()) {
            int slash = file.relative().lastIndexOf('/');
            String parent = slash < 0 ? "" : file.relative().substring(0, slash);
            title = parent.substring(parent.lastIndexOf('/') + 1);
        }
        if (!provider.folderUid().isEmpty()) {
            return folders.byUid(provider.folderUid())
                    .or(() -> folders.byTitle(provider.folder(), ""))
                    .orElseGet(() -> folders.create(
                            provider.folderUid(),
                            provider.folder().isEmpty() ? provider.folderUid() : provider.folder(),
                            "",
                            BY))
                    .uid();
        }
        return title.isEmpty() ? Folder.GENERAL : named(title);
    }

    private String named(String title) {
        return folders.byTitle(title, "")
                .orElseGet(() -> {
                    String uid = Slug.derivedUid("folder", title);
                    return folders.create(folders.byUid(uid).isPresent() ? Slug.derivedUid(uid) : uid, title, "", BY);
                })
                .uid();
    }

    /// The dashboard files, links resolved, by path; of a path that is a file, that one.
    private static List<Found> walk(Path root) throws IOException {
        if (Files.isRegularFile(root)) {
            return List.of(new Found(root.toRealPath(), root.getFileName().toString()));
        }
        var found = new ArrayList<Found>();
        Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), 20, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean hidden =
                        !folder.equals(root) && folder.getFileName().toString().startsWith(".");
                return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (file.getFileName().toString().endsWith(".json") && attributes.isRegularFile()) {
                    found.add(new Found(
                            file.toRealPath(), root.relativize(file).toString().replace('\\', '/')));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (file.equals(root)) {
                    throw e;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(Comparator.comparing(Found::relative));
        return found;
    }
}
