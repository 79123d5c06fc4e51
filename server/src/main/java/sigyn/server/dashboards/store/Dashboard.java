package sigyn.server.dashboards.store;

import java.util.List;

/// A dashboard without its content, which [DashboardStore#json] has.
///
/// @param version counts the saves from 1
/// @param provider name of the provider it came from by file, empty when people made it
/// @param externalId the file's path below the provider's folder
/// @param checksum of the file it was read from
public record Dashboard(
        long id,
        String uid,
        String title,
        List<String> tags,
        String folderUid,
        long version,
        String provider,
        String externalId,
        String checksum,
        long created,
        String createdBy,
        long updated,
        String updatedBy) {

    public boolean provisioned() {
        return !provider.isEmpty();
    }
}
