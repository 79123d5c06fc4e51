package sigyn.server.dashboards.store;

/// A folder; `parentUid` is empty for one at the top.
public record Folder(
        long id,
        String uid,
        String title,
        String parentUid,
        long version,
        long created,
        String createdBy,
        long updated,
        String updatedBy) {

    /// Where dashboards without a folder are.
    public static final String GENERAL = "";
}
