package sigyn.server.dashboards.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.server.dashboards.wire.Slug;

/// The `.yaml` and `.yml` files directly in a folder, by name.
final class YamlFolder {
    private static final Logger LOG = LoggerFactory.getLogger("provisioning");
    private static final long LARGEST = 16L << 20;

    /// A file as read at one moment.
    record Content(Path path, byte[] bytes, byte[] hash) {
        boolean same(Content other) {
            return path.equals(other.path) && Arrays.equals(hash, other.hash);
        }

        FileStatus failed(FileStatus.Kind kind, BadFileException e, long now) {
            return new FileStatus(
                    kind,
                    path.toString(),
                    "",
                    FileStatus.State.FAILED,
                    String.valueOf(e.getMessage()),
                    e.line(),
                    e.column(),
                    "",
                    "",
                    List.of(),
                    now);
        }

        FileStatus loaded(FileStatus.Kind kind, String message, List<String> notes, long now) {
            return new FileStatus(
                    kind, path.toString(), "", FileStatus.State.LOADED, message, 0, 0, "", "", notes, now);
        }
    }

    private YamlFolder() {}

    static List<Content> read(Path folder) {
        var contents = new ArrayList<Content>();
        try (var entries = Files.list(folder)) {
            for (Path file : entries.sorted().toList()) {
                String name = file.getFileName().toString();
                if ((name.endsWith(".yaml") || name.endsWith(".yml")) && Files.isRegularFile(file)) {
                    add(file, contents);
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return contents;
    }

    private static void add(Path file, List<Content> contents) {
        try {
            if (Files.size(file) > LARGEST) {
                LOG.warn("provisioning file={} state=failed msg=\"larger than {} bytes\"", file, LARGEST);
                return;
            }
            byte[] bytes = Files.readAllBytes(file);
            contents.add(new Content(file, bytes, Slug.sha256(bytes)));
        } catch (IOException e) {
            LOG.warn("provisioning file={} state=failed msg=\"{}\"", file, e.toString());
        }
    }

    static boolean same(List<Content> a, List<Content> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!a.get(i).same(b.get(i))) {
                return false;
            }
        }
        return true;
    }
}
