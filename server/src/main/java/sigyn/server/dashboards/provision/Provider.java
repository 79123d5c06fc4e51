package sigyn.server.dashboards.provision;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A folder of dashboard files, or one such file, and where its dashboards go.
///
/// @param folder title of the folder, empty: at the top
/// @param disableDeletion whether a dashboard stays when its file is gone
/// @param allowUiUpdates whether people may save it
/// @param writeBack whether what people save is written to the file
/// @param foldersFromFiles whether the files' parent folders name the dashboards' folders
public record Provider(
        String name,
        String folder,
        String folderUid,
        boolean disableDeletion,
        boolean allowUiUpdates,
        boolean writeBack,
        Path path,
        boolean foldersFromFiles) {

    /// Reads `providers:` of the current shape or the bare list of the old one. What is wrong with one provider is said
    /// in `problems` and does not hold up the others.
    static List<Provider> read(JsonNode file, Path home, List<String> problems) throws BadFileException {
        boolean old = file instanceof ArrayNode;
        if (!old && !(file instanceof ObjectNode)) {
            throw new BadFileException("expected a map with \"providers\" or a list of providers");
        }
        var providers = new ArrayList<Provider>();
        var items =
                old ? Json.objects(Json.object().set("providers", file), "providers") : Json.objects(file, "providers");
        for (var item : items) {
            try {
                providers.add(one(item, home, problems));
            } catch (BadFileException e) {
                problems.add(e.getMessage());
            }
        }
        return providers;
    }

    private static Provider one(ObjectNode item, Path home, List<String> problems) throws BadFileException {
        String name = Json.text(item, "name", "default");
        String type = Json.text(item, "type", "file");
        if (!type.equals("file")) {
            throw new BadFileException("provider " + name + ": type \"" + type + "\" is not supported, only file is");
        }
        long org = Json.number(item, "orgId", Json.number(item, "org_id", 1));
        if (org > 1) {
            problems.add("provider " + name + ": orgId " + org + " is taken as 1, there is one organisation");
        }
        var options = Json.object(item, "options");
        String path = options == null ? "" : Json.text(options, "path", Json.text(options, "folder"));
        if (options == null || path.isBlank()) {
            throw new BadFileException("provider " + name + ": options.path is missing");
        }
        String folderUid = Json.text(item, "folderUid");
        if (folderUid.equals("general")) {
            throw new BadFileException("provider " + name + ": folderUid general is reserved");
        }
        boolean fromFiles = Json.flag(options, "foldersFromFilesStructure", false);
        String folder = Json.text(item, "folder");
        if (fromFiles && (!folder.isEmpty() || !folderUid.isEmpty())) {
            problems.add("provider " + name + ": folder and folderUid are ignored with foldersFromFilesStructure");
        }
        return new Provider(
                name,
                fromFiles ? "" : folder,
                fromFiles ? "" : folderUid,
                Json.flag(item, "disableDeletion", Json.flag(item, "disable_deletion", false)),
                Json.flag(item, "allowUiUpdates", false),
                Json.flag(options, "writeBack", false),
                home.resolve(path).normalize(),
                fromFiles);
    }
}
