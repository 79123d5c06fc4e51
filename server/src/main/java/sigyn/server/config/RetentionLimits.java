package sigyn.server.config;

import java.time.Duration;
import java.util.List;

/// How long one tenant's logs are kept; zero is for ever. For each stream the matching rule of the highest priority
/// decides, the shortest of equal ones, else `period`.
public record RetentionLimits(Duration period, List<StreamRule> streams, DeletionMode deletion) {
    public record StreamRule(String selector, int priority, Duration period) {}

    public enum DeletionMode {
        DISABLED,
        FILTER_ONLY,
        FILTER_AND_DELETE
    }

    public static final RetentionLimits DEFAULT =
            new RetentionLimits(Duration.ZERO, List.of(), DeletionMode.FILTER_AND_DELETE);

    static RetentionLimits read(Section s, RetentionLimits base) {
        var streams = s.sections("retention_stream").stream()
                .map(r -> new StreamRule(
                        r.text("selector", "{}"), r.number("priority", 0), r.duration("period", Duration.ZERO)))
                .toList();
        return new RetentionLimits(
                s.duration("retention_period", base.period),
                s.has("retention_stream") ? streams : base.streams,
                switch (s.text("deletion_mode", "")) {
                    case "disabled" -> DeletionMode.DISABLED;
                    case "filter-only" -> DeletionMode.FILTER_ONLY;
                    case "filter-and-delete" -> DeletionMode.FILTER_AND_DELETE;
                    case "" -> base.deletion;
                    default ->
                        throw new ConfigException("limits_config.deletion_mode: expected disabled, filter-only or"
                                + " filter-and-delete");
                });
    }
}
