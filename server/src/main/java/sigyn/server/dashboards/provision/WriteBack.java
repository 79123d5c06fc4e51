package sigyn.server.dashboards.provision;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import sigyn.server.dashboards.migrate.Envelope;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.dashboards.wire.Slug;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a dashboard that people saved into the file it came from, for providers that say `writeBack`.
///
/// Keys keep their order and new ones come last, so that a version control's diff shows what changed and no more. The
/// file is replaced in one step; where that is not possible (a file mounted by itself) it is written in place.
public final class WriteBack {
    private WriteBack() {}

    /// @return the checksum of what the file holds now
    public static String write(Provider provider, String relative, ObjectNode dashboard) {
        Path file = Files.isRegularFile(provider.path())
                ? provider.path()
                : provider.path().resolve(relative).normalize();
        if (!file.startsWith(provider.path())) {
            throw Refusal.badRequest("the dashboard's file is outside of its provider's folder");
        }
        try {
            byte[] before = Files.readAllBytes(file);
            var content = dashboard.deepCopy();
            content.remove("version");
            JsonNode root = Json.parse(before);
            var old = Envelope.open(root).dashboard();
            for (String key : new String[] {"id", "uid"}) {
                if (old.has(key)) {
                    content.set(key, old.get(key));
                } else {
                    content.remove(key);
                }
            }
            if (old.has("version")) {
                content.set("version", old.get("version"));
            }
            merge(old, content);
            byte[] after = Json.indented(root, new String(before, StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8);
            replace(file, after);
            return HexFormat.of().formatHex(Slug.sha256(after));
        } catch (IOException e) {
            throw new Refusal(500, "the dashboard's file cannot be written: " + e.getMessage());
        } catch (Json.SyntaxException | Envelope.UnknownException e) {
            throw new Refusal(409, "the dashboard's file is broken, correct it first: " + e.getMessage());
        }
    }

    /// Makes `old` equal to `now`, keeping the order of the keys both have.
    private static void merge(ObjectNode old, ObjectNode now) {
        for (String key : old.propertyNames().toArray(String[]::new)) {
            if (!now.has(key)) {
                old.remove(key);
            }
        }
        for (var field : now.properties()) {
            JsonNode before = old.get(field.getKey());
            if (before instanceof ObjectNode a && field.getValue() instanceof ObjectNode b) {
                merge(a, b);
            } else if (before instanceof ArrayNode a && field.getValue() instanceof ArrayNode b) {
                merge(a, b);
            } else if (before == null || !before.equals(field.getValue())) {
                old.set(field.getKey(), field.getValue());
            }
        }
    }

    private static void merge(ArrayNode old, ArrayNode now) {
        while (old.size() > now.size()) {
            old.remove(old.size() - 1);
        }
        for (int i = 0; i < now.size(); i++) {
            if (i < old.size() && old.get(i) instanceof ObjectNode a && now.get(i) instanceof ObjectNode b) {
                merge(a, b);
            } else if (i < old.size()) {
                old.set(i, now.get(i));
            } else {
                old.add(now.get(i));
            }
        }
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Path real = file.toRealPath();
        Path temporary = real.resolveSibling("." + real.getFileName() + ".new");
        try {
            Files.write(temporary, content);
            Files.move(temporary, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            Files.write(real, content);
        }
    }
}
