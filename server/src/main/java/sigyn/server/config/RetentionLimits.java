package sigyn.server.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.logql.LogQl;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.SigynException;

/// How long one tenant's logs are kept; zero is for ever. For each stream the matching rule of the highest priority
/// decides, the shortest of equal ones, else `period`.
public record RetentionLimits(Duration period, List<StreamRule> streams, DeletionMode deletion) {
    public record StreamRule(List<LabelMatcher> matchers, int priority, Duration period) {
        public StreamRule {
            matchers = List.copyOf(matchers);
        }

        /// Of equal priority the shorter period counts; zero, for ever, is the longest.
        private boolean isBefore(StreamRule other) {
            if (priority != other.priority) {
                return priority > other.priority;
            }
            return !period.isZero() && (other.period.isZero() || period.compareTo(other.period) < 0);
        }
    }

    public enum DeletionMode {
        DISABLED,
        FILTER_ONLY,
        FILTER_AND_DELETE
    }

    private static final Duration SHORTEST = Duration.ofHours(24);

    public static final RetentionLimits DEFAULT =
            new RetentionLimits(Duration.ZERO, List.of(), DeletionMode.FILTER_AND_DELETE);

    static RetentionLimits read(Section s, RetentionLimits base) {
        var streams = s.sections("retention_stream").stream()
                .map(RetentionLimits::rule)
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

    private static StreamRule rule(Section s) {
        var period = s.duration("period", Duration.ZERO);
        if (!period.isZero() && period.compareTo(SHORTEST) < 0) {
            throw s.refused("period", "retention period must be >= 24h was " + s.text("period", ""));
        }
        try {
            return new StreamRule(LogQl.parseAnySelector(s.text("selector", "{}")), s.number("priority", 0), period);
        } catch (SigynException e) {
            throw s.refused("selector", String.valueOf(e.getMessage()));
        }
    }

    /// Age at which entries of a stream go, or null to keep them.
    public @Nullable Duration maxAge(Labels stream) {
        StreamRule best = null;
        for (var rule : streams) {
            if (stream.matches(rule.matchers()) && (best == null || rule.isBefore(best))) {
                best = rule;
            }
        }
        var age = best == null ? period : best.period();
        return age.isZero() ? null : age;
    }
}
