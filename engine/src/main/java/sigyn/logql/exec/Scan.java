package sigyn.logql.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.Stage;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.stage.Needs;
import sigyn.logql.stage.Pipeline;
import sigyn.logql.stage.Row;
import sigyn.model.Direction;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.LogReader;
import sigyn.storage.port.RowBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.port.TemplateRows;
import sigyn.storage.port.TemplateSink;

/// Reads what a plan asks for: the units of all tenants, and from each unit its rows through the plan's stages.
final class Scan {
    static final String TENANT = "__tenant_id__";
    private static final int CHECK_ROWS = 64;

    private static final int[] NO_ROWS = {};

    /// @param tenant added to the streams of the unit as a label, when there are several
    record Piece(ScanUnit unit, @Nullable String tenant) {}

    /// Takes the rows that passed all stages.
    @FunctionalInterface
    interface Sink {
        /// Returns false when no more rows of this piece are wanted.
        boolean accept(Row row);
    }

    /// Looks at rows before all their labels are made.
    ///
    /// @param needs labels to make for it
    /// @param wanted false for a row that the answer can do without, for which the stages made those labels
    record Preview(Needs needs, Predicate<Row> wanted) {
        /// Whether stages can run twice over a row and come, with fewer labels, to the same.
        static boolean suits(List<Stage> stages) {
            return stages.stream().allMatch(stage -> switch (stage) {
                case Stage.Json json -> json.extractions().isEmpty();
                case Stage.Logfmt logfmt -> logfmt.extractions().isEmpty();
                case Stage.LineFilter _, Stage.Regexp _, Stage.Pattern _, Stage.Filter _, Stage.Sort _ -> true;
                case Stage.Unpack _,
                        Stage.LineFormat _,
                        Stage.LabelFormat _,
                        Stage.Decolorize _,
                        Stage.Drop _,
                        Stage.Keep _,
                        Stage.Distinct _,
                        Stage.Context _ -> false;
            });
        }
    }

    private final LogPlan plan;
    private final QueryContext context;
    private final Counters counters;

    Scan(LogPlan plan, QueryContext context, Counters counters) {
        this.plan = plan;
        this.context = context;
        this.counters = counters;
    }

    /// The pieces to read, nearest first.
    List<Piece> pieces(LogReader reader, TimeRange range, Direction direction) {
        var pieces = new ArrayList<Piece>();
        boolean several = context.tenants().size() > 1;
        for (var tenant : context.tenants()) {
            if (several && !isWanted(tenant)) {
                continue;
            }
            var request = new ScanRequest(
                    tenant,
                    several ? withoutTenant(plan.matchers()) : plan.matchers(),
                    range,
                    direction,
                    plan.predicates(),
                    plan.fields(),
                    plan.needsLines(),
                    plan.needsMetadata(),
                    context::check);
            for (var unit : reader.scan(request)) {
                pieces.add(new Piece(unit, several ? tenant.id() : null));
            }
        }
        if (several) {
            pieces.sort((a, b) -> direction == Direction.FORWARD
                    ? Long.compare(a.unit.minTime(), b.unit.minTime())
                    : Long.compare(b.unit.maxTime(), a.unit.maxTime()));
        }
        counters.units.add(pieces.size());
        return pieces;
    }

    /// Notes rows that were counted without being looked at one by one.
    void count(long rows) {
        counters.lines.add(rows);
        counters.matched.add(rows);
        counters.counted.add(rows);
    }

    private boolean isWanted(Tenant tenant) {
        for (var matcher : plan.matchers()) {
            if (matcher.name().equals(TENANT) && !matcher.matches(tenant.id())) {
                return false;
            }
        }
        return true;
    }

    private static List<LabelMatcher> withoutTenant(List<LabelMatcher> matchers) {
        return matchers.stream().filter(m -> !m.name().equals(TENANT)).toList();
    }

    /// One thread's reading: a row, compiled stages, and the labels of the batch at hand.
    final class Reader {
        private final Pipeline pipeline = Pipeline.compile(plan.stages(), plan.needs());
        private final @Nullable Preview preview;
        private final Pipeline previewed;
        private final Row row = new Row();
        private final MetadataReader metadata = new MetadataReader(row.texts());

        Reader() {
            this(null);
        }

        Reader(@Nullable Preview preview) {
            this.preview = preview;
            this.previewed = preview == null ? pipeline : Pipeline.compile(plan.stages(), preview.needs());
        }

        void read(Piece piece, AtomicBoolean stop, Sink sink) throws InterruptedException {
            piece.unit.read(batch -> batch(batch, piece, stop, sink));
        }

        /// Shows the rows to `templates` first, as far as the piece has them by template.
        void read(Piece piece, AtomicBoolean stop, TemplateSink templates, Sink sink) throws InterruptedException {
            if (piece.tenant != null) {
                read(piece, stop, sink);
                return;
            }
            piece.unit.read(new Shown(templates, stop), batch -> batch(batch, piece, stop, sink));
        }

        /// Counts the rows that a sink is shown.
        private final class Shown implements TemplateSink {
            private final TemplateSink sink;
            private final AtomicBoolean stop;

            Shown(TemplateSink sink, AtomicBoolean stop) {
                this.sink = sink;
                this.stop = stop;
            }

            @Override
            public int[] accept(TemplateRows rows) throws InterruptedException {
                context.check();
                int[] lines = sink.accept(rows);
                counters.lines.add(rows.chosen().length - lines.length);
                counters.byColumns.add(rows.chosen().length - lines.length);
                return stop.get() ? NO_ROWS : lines;
            }

            /// None once the query has to stop: then rows are left out.
            @Override
            public @Nullable Object key() {
                return stop.get() ? null : sink.key();
            }
        }

        private boolean batch(RowBatch batch, Piece piece, AtomicBoolean stop, Sink sink) {
            context.check();
            return !stop.get() && rows(batch, piece, sink);
        }

        private boolean rows(RowBatch batch, Piece piece, Sink sink) {
            int n = batch.rows();
            List<Labels> streams = piece.tenant == null ? batch.streams() : withTenant(batch.streams(), piece.tenant);
            boolean noStages = pipeline.isEmpty();
            metadata.start(batch, plan.needsMetadata());
            long bytes = 0;
            long matched = 0;
            boolean more = true;
            int i = 0;
            for (; i < n && more; i++) {
                if (i % CHECK_ROWS == CHECK_ROWS - 1) {
                    context.check();
                }
                int length = batch.lineLength()[i];
                bytes += length;
                var stream = streams.get(batch.stream()[i]);
                var visible = metadata.of(i, stream);
                row.reset(batch.timestamp()[i], batch.bytes(), batch.lineStart()[i], length, stream, visible);
                if (preview != null) {
                    if (!previewed.process(row)) {
                        continue;
                    }
                    if (!preview.wanted.test(row)) {
                        matched++;
                        continue;
                    }
                    row.reset(batch.timestamp()[i], batch.bytes(), batch.lineStart()[i], length, stream, visible);
                }
                if (noStages || pipeline.process(row)) {
                    matched++;
                    more = sink.accept(row);
                }
            }
            counters.lines.add(i);
            counters.bytes.add(bytes);
            counters.matched.add(matched);
            counters.metadataBytes.add(metadata.bytes());
            return more;
        }

        private static List<Labels> withTenant(List<Labels> streams, String tenant) {
            var all = new ArrayList<Labels>(streams.size());
            for (var stream : streams) {
                all.add(Scan.withTenant(stream, tenant));
            }
            return all;
        }
    }

    /// A stream's labels as they are seen where there are several tenants.
    static Labels withTenant(Labels stream, @Nullable String tenant) {
        if (tenant == null) {
            return stream;
        }
        String own = stream.get(TENANT);
        var base = own == null ? stream : stream.with("original_" + TENANT, own);
        return base.with(TENANT, tenant);
    }
}
