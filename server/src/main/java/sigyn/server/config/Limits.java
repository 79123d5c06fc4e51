package sigyn.server.config;

/// All limits of one tenant.
public record Limits(IngestLimits ingest, ReadLimits read, RetentionLimits retention) {
    public static final Limits OPEN = new Limits(IngestLimits.OPEN, ReadLimits.DEFAULT, RetentionLimits.DEFAULT);

    static Limits read(Section s, Limits base) {
        return new Limits(
                IngestLimits.read(s, base.ingest),
                ReadLimits.read(s, base.read),
                RetentionLimits.read(s, base.retention));
    }
}
