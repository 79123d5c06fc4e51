package sigyn.storage.retention;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import sigyn.model.Labels;
import sigyn.model.Tenant;

/// How long the entries of a stream are kept.
@FunctionalInterface
public interface RetentionRule {
    RetentionRule FOREVER = (_, _) -> null;

    /// Age at which entries go, or null to keep them.
    @Nullable
    Duration maxAge(Tenant tenant, Labels stream);
}
