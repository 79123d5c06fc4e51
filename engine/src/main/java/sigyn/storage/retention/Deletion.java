package sigyn.storage.retention;

import java.util.ArrayList;
import java.util.List;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.codec.DamagedException;
import sigyn.model.LabelMatcher;
import sigyn.model.LinePredicate;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;

/// A wish that entries be gone: those of a tenant that had arrived when it was made, of streams that match, in a range,
/// whose lines pass all predicates. They are invisible at once; their bytes go when `dueNanos` has passed.
///
/// `seq` is the place in the log from which on entries are newer than the wish.
///
/// ```
/// id text, matchers varint, per matcher: name text, op u8 (0 =, 1 !=, 2 =~, 3 !~), value text
/// start i64, end i64, predicates varint, per predicate: 0 contains, 1 contains ignoring case (then text),
///   2 any of (varint n, then n predicates), 3 not (then a predicate)
/// seq i64, created i64, due i64
/// ```
public record Deletion(
        String id,
        Tenant tenant,
        List<LabelMatcher> matchers,
        TimeRange range,
        List<LinePredicate> lines,
        long seq,
        long createdNanos,
        long dueNanos) {
    private static final int MAX_DEPTH = 32;

    public Deletion {
        matchers = List.copyOf(matchers);
        lines = List.copyOf(lines);
    }

    public void write(ByteSink sink) {
        sink.text(id);
        sink.varint(matchers.size());
        for (var matcher : matchers) {
            sink.text(matcher.name());
            sink.u8(
                    switch (matcher.op()) {
                        case EQUAL -> 0;
                        case NOT_EQUAL -> 1;
                        case REGEX -> 2;
                        case NOT_REGEX -> 3;
                    });
            sink.text(matcher.value());
        }
        sink.i64(range.start());
        sink.i64(range.end());
        write(sink, lines);
        sink.i64(seq);
        sink.i64(createdNanos);
        sink.i64(dueNanos);
    }

    private static void write(ByteSink sink, List<LinePredicate> predicates) {
        sink.varint(predicates.size());
        for (var predicate : predicates) {
            switch (predicate) {
                case LinePredicate.Contains c -> {
                    sink.u8(c.ignoreCase() ? 1 : 0);
                    sink.text(c.needle());
                }
                case LinePredicate.AnyOf any -> {
                    sink.u8(2);
                    write(sink, any.parts());
                }
                case LinePredicate.Matches _, LinePredicate.NotAscii _ ->
                    throw new IllegalArgumentException("no deletion is by an expression: " + predicate);
                case LinePredicate.Not not -> {
                    sink.u8(3);
                    write(sink, List.of(not.part()));
                }
            }
        }
    }

    public static Deletion read(Tenant tenant, ByteSource source) {
        String id = source.text();
        var matchers = new ArrayList<LabelMatcher>();
        for (int n = source.count(source.remaining()); n > 0; n--) {
            String name = source.text();
            var op = switch (source.u8()) {
                case 0 -> LabelMatcher.Op.EQUAL;
                case 1 -> LabelMatcher.Op.NOT_EQUAL;
                case 2 -> LabelMatcher.Op.REGEX;
                case 3 -> LabelMatcher.Op.NOT_REGEX;
                default -> throw new DamagedException("a matcher of an unknown kind");
            };
            matchers.add(new LabelMatcher(name, op, source.text()));
        }
        var range = new TimeRange(source.i64(), source.i64());
        var lines = predicates(source, 0);
        return new Deletion(id, tenant, matchers, range, lines, source.i64(), source.i64(), source.i64());
    }

    private static List<LinePredicate> predicates(ByteSource source, int depth) {
        if (depth > MAX_DEPTH) {
            throw new DamagedException("predicates nested too deep");
        }
        var predicates = new ArrayList<LinePredicate>();
        for (int n = source.count(source.remaining()); n > 0; n--) {
            predicates.add(
                    switch (source.u8()) {
                        case 0 -> new LinePredicate.Contains(source.text(), false);
                        case 1 -> new LinePredicate.Contains(source.text(), true);
                        case 2 -> new LinePredicate.AnyOf(predicates(source, depth + 1));
                        case 3 -> {
                            var part = predicates(source, depth + 1);
                            if (part.size() != 1) {
                                throw new DamagedException("not of " + part.size() + " predicates");
                            }
                            yield new LinePredicate.Not(part.getFirst());
                        }
                        default -> throw new DamagedException("a predicate of an unknown kind");
                    });
        }
        return predicates;
    }
}
