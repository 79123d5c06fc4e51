package sigyn.storage;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import sigyn.model.FieldValue;
import sigyn.model.Labels;
import sigyn.model.LinePredicate;
import sigyn.model.TimeRange;
import sigyn.storage.block.CorruptBlockException;
import sigyn.storage.block.OpenGroups;
import sigyn.storage.block.Selections;
import sigyn.storage.block.StoredRowGroup;
import sigyn.storage.port.CountSink;
import sigyn.storage.port.RowBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.port.TemplateSink;
import sigyn.storage.retention.Deletion;
import sigyn.storage.rowgroup.CorruptRowGroupException;
import sigyn.storage.rowgroup.RowGroup;
import sigyn.storage.rowgroup.RowReader;
import sigyn.storage.rowgroup.RowSelection;

/// Scans one row group: its summary may say that no line can match; else the rows are chosen on the encoded columns and
/// only the chosen ones are put together, a batch at a time in the wanted direction.
final class RowGroupUnit implements ScanUnit {
    private final ScanRequest request;
    private final TenantStore tenant;
    private final StoredRowGroup group;
    private final BitSet wanted;
    private final Damages damages;
    private final OpenGroups opened;
    private final Erasure erasure;

    RowGroupUnit(
            ScanRequest request,
            TenantStore tenant,
            StoredRowGroup group,
            BitSet wanted,
            List<Deletion> deletions,
            Damages damages,
            OpenGroups opened) {
        this.request = request;
        this.tenant = tenant;
        this.group = group;
        this.wanted = wanted;
        this.damages = damages;
        this.opened = opened;
        this.erasure = Erasure.of(deletions, tenant.streams(), group.firstSeq(), group.minTime(), group.maxTime());
    }

    private RowGroupUnit(RowGroupUnit other, ScanRequest request) {
        this.request = request;
        this.tenant = other.tenant;
        this.group = other.group;
        this.wanted = other.wanted;
        this.damages = other.damages;
        this.opened = other.opened;
        this.erasure = other.erasure;
    }

    /// A deletion that is not carried out yet takes rows away; a damaged group has rows that nobody sees.
    @Override
    public @Nullable Object identity() {
        return erasure.isNone() && !group.isDamaged() ? group.id() : null;
    }

    @Override
    public ScanUnit whole() {
        return new RowGroupUnit(this, request.withRange(TimeRange.ALL));
    }

    @Override
    public long minTime() {
        return group.minTime();
    }

    @Override
    public long maxTime() {
        return group.maxTime();
    }

    @Override
    public long rows() {
        return group.rows();
    }

    @Override
    public long arrival() {
        return group.firstSeq();
    }

    @Override
    public void read(RowSink sink) throws InterruptedException {
        try {
            var lines = lines(true);
            if (mayMatch(lines)) {
                scan(lines, sink);
            }
        } catch (CorruptBlockException e) {
            damaged(e);
        }
    }

    /// What deletions have taken is known by lines only; then no row is shown by template.
    @Override
    public void read(TemplateSink templates, RowSink sink) throws InterruptedException {
        if (!erasure.isNone()) {
            read(sink);
            return;
        }
        try {
            var lines = lines(true);
            if (mayMatch(lines)) {
                scan(lines, templates, sink);
            }
        } catch (CorruptBlockException e) {
            damaged(e);
        } catch (CorruptRowGroupException e) {
            damaged(new CorruptBlockException(group.file(), e.getMessage() + "", e));
        }
    }

    /// True when it is known without opening the group that no line of it passes.
    boolean isKnownToBeEmpty() {
        return group.isSummarized() && !mayMatch(lines(false));
    }

    private boolean mayMatch(List<LinePredicate> lines) {
        if (lines.isEmpty()) {
            return true;
        }
        var known = opened.selections().get(key(lines, null));
        return known != null
                ? !known.isEmpty()
                : group.checked(() -> group.summary().mayMatch(lines, request.range()));
    }

    /// What lines must pass: what is asked of them, and the wanted values of fields that only lines can have here.
    ///
    /// @param opens false to go by what is known of fields already
    private List<LinePredicate> lines(boolean opens) {
        if (request.fields().isEmpty()) {
            return request.lines();
        }
        var lines = new ArrayList<>(request.lines());
        for (var field : request.fields()) {
            if (isShown(field, opens)) {
                lines.add(field.shows());
            }
        }
        return lines;
    }

    private boolean streamsHave(String label) {
        for (int i = 0; i < group.streamCount(); i++) {
            if (tenant.streams().get(group.stream(i)).labels().get(label) != null) {
                return true;
            }
        }
        return false;
    }

    /// Whether rows that have the field show its value: none may have it from its stream or metadata, or written in
    /// another way. That does not depend on the value, and is remembered.
    private boolean isShown(FieldValue field, boolean opens) {
        var key = new Selections.Key(group.id(), List.of(), List.of(field.hides()), field.name());
        var hiding = opened.selections().get(key);
        if (hiding == null) {
            if (!opens) {
                return false;
            }
            RowGroup rows = opened.open(group);
            try {
                hiding = streamsHave(field.name()) || rows.mayHaveMetadata(field.carriedBy())
                        ? rows.all()
                        : group.checked(
                                () -> rows.select(List.of(field.hides()), null, TimeRange.ALL, request.check()));
            } finally {
                opened.used(group, rows);
            }
            opened.selections().put(key, hiding);
        }
        return hiding.isEmpty();
    }

    private Selections.Key key(List<LinePredicate> lines, @Nullable Object picked) {
        return new Selections.Key(group.id(), request.matchers(), lines, picked);
    }

    /// True when at least half of the group's time is asked for: then all of it is searched, for the next who asks.
    private boolean isMostlyWanted() {
        long from = Math.max(group.minTime(), request.range().start());
        long to = Math.min(group.maxTime(), request.range().end());
        return to - from >= (group.maxTime() - group.minTime()) / 2;
    }

    /// The rows that pass, of the request's times.
    private RowSelection select(RowGroup rows, List<LinePredicate> lines) {
        if (lines.isEmpty()) {
            return rows.select(lines, wantedOrdinals(), request.range(), request.check());
        }
        var key = key(lines, null);
        var known = opened.selections().get(key);
        if (known == null) {
            if (!isMostlyWanted()) {
                return rows.select(lines, wantedOrdinals(), request.range(), request.check());
            }
            known = rows.select(lines, wantedOrdinals(), TimeRange.ALL, request.check());
            opened.selections().put(key, known);
        }
        return known.isEmpty() ? known : known.within(request.range(), rows.times());
    }

    private RowSelection select(RowGroup rows, List<LinePredicate> lines, TemplateSink templates, List<Labels> streams)
            throws InterruptedException {
        Object picks = templates.key();
        if (picks == null || !isMostlyWanted()) {
            return rows.select(lines, wantedOrdinals(), request.range(), streams, templates, request.check());
        }
        var key = key(lines, picks);
        var known = opened.selections().get(key);
        if (known == null) {
            known = rows.select(lines, wantedOrdinals(), TimeRange.ALL, streams, templates, request.check());
            if (templates.key() != null) {
                opened.selections().put(key, known);
            }
        }
        return known.within(request.range(), rows.times());
    }

    private void scan(List<LinePredicate> lines, TemplateSink templates, RowSink sink) throws InterruptedException {
        RowGroup rows = opened.open(group);
        try {
            var streams = new LabelsByOrdinal();
            var asked = select(rows, lines, templates, streams);
            handOut(rows, asked, request.needsLines(), streams, sink);
        } finally {
            opened.used(group, rows);
        }
    }

    private void damaged(CorruptBlockException e) {
        group.markDamaged();
        damages.add(tenant.tenant(), group.file(), group.minTime(), group.maxTime(), e.getMessage() + "");
    }

    private void scan(List<LinePredicate> lines, RowSink sink) throws InterruptedException {
        RowGroup rows = opened.open(group);
        try {
            var selection = group.checked(() -> select(rows, lines));
            boolean needsLines = request.needsLines() || !erasure.isNone();
            handOut(rows, selection, needsLines, new LabelsByOrdinal(), sink);
        } finally {
            opened.used(group, rows);
        }
    }

    private void handOut(RowGroup rows, RowSelection selection, boolean lines, List<Labels> streams, RowSink sink)
            throws InterruptedException {
        if (selection.isEmpty()) {
            return;
        }
        var reader = rows.read(selection, request.direction(), lines, request.needsMetadata(), streams);
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            RowBatch batch = next(reader);
            if (batch == null || batch.rows() > 0 && !sink.accept(batch)) {
                return;
            }
        }
    }

    private @Nullable RowBatch next(RowReader reader) {
        try {
            RowBatch batch = reader.next();
            return batch == null || erasure.isNone() ? batch : withoutErased(batch);
        } catch (CorruptRowGroupException e) {
            throw new CorruptBlockException(group.file(), e.getMessage() + "", e);
        }
    }

    /// Moves the rows that stay to the front of the batch's own arrays, which the reader fills anew each time.
    private RowBatch withoutErased(RowBatch batch) {
        int kept = 0;
        for (int i = 0; i < batch.rows(); i++) {
            if (erasure.erases(
                    group.stream(batch.stream()[i]),
                    batch.timestamp()[i],
                    batch.bytes(),
                    batch.lineStart()[i],
                    batch.lineLength()[i])) {
                continue;
            }
            batch.stream()[kept] = batch.stream()[i];
            batch.timestamp()[kept] = batch.timestamp()[i];
            batch.lineStart()[kept] = batch.lineStart()[i];
            batch.lineLength()[kept] = batch.lineLength()[i];
            for (var column : batch.metadata()) {
                column.start()[kept] = column.start()[i];
                column.length()[kept] = column.length()[i];
            }
            kept++;
        }
        return new RowBatch(
                kept,
                batch.streams(),
                batch.stream(),
                batch.timestamp(),
                batch.bytes(),
                batch.lineStart(),
                batch.lineLength(),
                batch.metadata());
    }

    /// By the group's own stream numbers: true for the wanted ones; null when all are.
    private boolean @Nullable [] wantedOrdinals() {
        var keep = new boolean[group.streamCount()];
        boolean all = true;
        for (int i = 0; i < keep.length; i++) {
            keep[i] = wanted.get(group.stream(i));
            all &= keep[i];
        }
        return all ? null : keep;
    }

    /// Looked up when asked for: a group may have many streams and a scan few rows.
    private final class LabelsByOrdinal extends AbstractList<Labels> {
        private final @Nullable Labels[] known = new Labels[group.streamCount()];

        @Override
        public Labels get(int ordinal) {
            Labels labels = known[ordinal];
            if (labels == null) {
                labels = tenant.streams().get(group.stream(ordinal)).labels();
                known[ordinal] = labels;
            }
            return labels;
        }

        @Override
        public int size() {
            return known.length;
        }
    }

    @Override
    public boolean count(
            Predicate<String> matters, ToIntFunction<Labels> groupOf, long[] bounds, boolean bytes, CountSink sink)
            throws InterruptedException {
        if (!erasure.isNone()) {
            return false;
        }
        try {
            var lines = lines(true);
            if (mayMatch(lines)) {
                return countRows(lines, matters, groupOf, bounds, bytes, sink);
            }
        } catch (CorruptBlockException e) {
            damaged(e);
        }
        return true;
    }

    /// Streams that count for the same group need not be told apart; where all of them do, rows are counted by
    /// subtracting row numbers.
    private boolean countRows(
            List<LinePredicate> lines,
            Predicate<String> matters,
            ToIntFunction<Labels> groupOf,
            long[] bounds,
            boolean bytes,
            CountSink sink)
            throws InterruptedException {
        int[] groups = new int[group.streamCount()];
        boolean uniform = true;
        int highest = -1;
        for (int i = 0; i < groups.length; i++) {
            groups[i] = wanted.get(group.stream(i))
                    ? groupOf.applyAsInt(tenant.streams().get(group.stream(i)).labels())
                    : -1;
            uniform &= groups[i] == groups[0];
            highest = Math.max(highest, groups[i]);
        }
        if (highest < 0) {
            return true;
        }
        int whole = lines.isEmpty() && uniform ? bucketOfAll(bounds) : -1;
        if (bytes && whole < 0) {
            return false;
        }
        RowGroup rows = opened.open(group);
        try {
            if (rows.mayHaveMetadata(matters)) {
                return false;
            }
            if (whole >= 0) {
                sink.add(groups[0], whole, group.rows(), group.lineBytes());
                return true;
            }
            if (lines.isEmpty()) {
                countAll(rows, groups, uniform, highest, bounds, sink);
            } else {
                countChosen(rows, lines, groups, highest, bounds, sink);
            }
            return true;
        } finally {
            opened.used(group, rows);
        }
    }

    /// The bucket that all rows of the group are in, or -1 when they may be in several or some are not asked for.
    private int bucketOfAll(long[] bounds) {
        if (!request.range().contains(group.minTime()) || !request.range().contains(group.maxTime())) {
            return -1;
        }
        for (int bucket = 0; bucket + 1 < bounds.length; bucket++) {
            if (group.minTime() >= bounds[bucket] && group.maxTime() < bounds[bucket + 1]) {
                return bucket;
            }
        }
        return -1;
    }

    private void countChosen(
            RowGroup rows, List<LinePredicate> lines, int[] groups, int highest, long[] bounds, CountSink sink) {
        var selection = group.checked(() -> select(rows, lines));
        if (selection.isEmpty()) {
            return;
        }
        long[] times = group.checked(rows::times);
        int[] ordinals = group.checked(rows::streams);
        long[] counts = new long[highest + 1];
        int bucket = -1;
        for (int row : selection.rows()) {
            long time = times[row];
            if (bucket < 0 || time >= bounds[bucket + 1]) {
                emit(counts, bucket, sink);
                int at = java.util.Arrays.binarySearch(bounds, time);
                bucket = at >= 0 ? at : -at - 2;
                if (bucket + 1 >= bounds.length) {
                    return;
                }
            }
            int g = groups[ordinals[row]];
            if (bucket >= 0 && g >= 0) {
                counts[g]++;
            }
        }
        emit(counts, bucket, sink);
    }

    private static void emit(long[] counts, int bucket, CountSink sink) {
        for (int g = 0; g < counts.length; g++) {
            if (counts[g] > 0) {
                sink.add(g, bucket, counts[g], 0);
                counts[g] = 0;
            }
        }
    }

    private void countAll(RowGroup rows, int[] groups, boolean uniform, int highest, long[] bounds, CountSink sink)
            throws InterruptedException {
        long[] times = group.checked(rows::times);
        int[] ordinals = uniform ? new int[0] : group.checked(rows::streams);
        long[] counts = new long[highest + 1];
        int bucket = 0;
        while (bucket + 1 < bounds.length && bounds[bucket + 1] <= group.minTime()) {
            bucket++;
        }
        for (; bucket + 1 < bounds.length && bounds[bucket] <= group.maxTime(); bucket++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            int from = TimeRange.lowerBound(
                    times, Math.max(bounds[bucket], request.range().start()));
            int to = TimeRange.lowerBound(
                    times, Math.min(bounds[bucket + 1], request.range().end()));
            if (uniform) {
                if (from < to) {
                    sink.add(groups[0], bucket, to - from, 0);
                }
                continue;
            }
            for (int row = from; row < to; row++) {
                int g = groups[ordinals[row]];
                if (g >= 0) {
                    counts[g]++;
                }
            }
            emit(counts, bucket, sink);
        }
    }
}
