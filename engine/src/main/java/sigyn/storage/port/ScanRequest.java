package sigyn.storage.port;

import java.util.List;
import sigyn.model.Direction;
import sigyn.model.FieldValue;
import sigyn.model.LabelMatcher;
import sigyn.model.LinePredicate;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;

/// Which rows of which streams a query wants: all of `matchers` and all of `lines` must hold. Without `needsLines` the
/// batches may come with empty lines, without `needsMetadata` with no metadata columns.
///
/// @param fields what else holds for every wanted row; rows that cannot meet it may be left out
/// @param check is run now and then while storage searches; throws when the answer is not wanted any more
public record ScanRequest(
        Tenant tenant,
        List<LabelMatcher> matchers,
        TimeRange range,
        Direction direction,
        List<LinePredicate> lines,
        List<FieldValue> fields,
        boolean needsLines,
        boolean needsMetadata,
        Runnable check) {
    public ScanRequest {
        matchers = List.copyOf(matchers);
        lines = List.copyOf(lines);
        fields = List.copyOf(fields);
    }

    public ScanRequest(
            Tenant tenant,
            List<LabelMatcher> matchers,
            TimeRange range,
            Direction direction,
            List<LinePredicate> lines,
            boolean needsLines,
            boolean needsMetadata) {
        this(tenant, matchers, range, direction, lines, List.of(), needsLines, needsMetadata, () -> {});
    }

    public ScanRequest withRange(TimeRange other) {
        return new ScanRequest(tenant, matchers, other, direction, lines, fields, needsLines, needsMetadata, check);
    }
}
