package sigyn.storage.block;

import java.util.List;
import sigyn.codec.Search;
import sigyn.codec.TextPieces;
import sigyn.model.LinePredicate;
import sigyn.storage.rowgroup.LineRegex;

/// A [LinePredicate] made ready to be asked of many lines.
public sealed interface LineTest {
    boolean test(byte[] bytes, int from, int to);

    /// False when no line passes that stands somewhere in a text of which these are the pieces.
    boolean mayPass(TextPieces pieces);

    /// False when no line passes that stands somewhere in these bytes. Costs less than to test each line.
    default boolean mayPass(byte[] bytes, int from, int to) {
        return true;
    }

    /// All of the predicates.
    static LineTest of(List<LinePredicate> predicates) {
        return predicates.size() == 1
                ? of(predicates.getFirst())
                : new All(predicates.stream().map(LineTest::of).toArray(LineTest[]::new));
    }

    static LineTest of(LinePredicate predicate) {
        return switch (predicate) {
            case LinePredicate.Contains c when c.ignoreCase() -> new HasIgnoringCase(Search.lower(c.bytes()));
            case LinePredicate.Contains c -> new Has(c.bytes(), Search.rarest(c.bytes()), Search.lower(c.bytes()));
            case LinePredicate.Matches m -> new Finds(new LineRegex(m.regex()));
            case LinePredicate.NotAscii _ -> new NotAscii();
            case LinePredicate.AnyOf any ->
                new Any(any.parts().stream().map(LineTest::of).toArray(LineTest[]::new));
            case LinePredicate.Not not -> new Not(of(not.part()));
        };
    }

    record Has(byte[] needle, int rarest, byte[] lower) implements LineTest {
        @Override
        public boolean test(byte[] bytes, int from, int to) {
            return Search.indexOf(bytes, from, to, needle, rarest) >= 0;
        }

        @Override
        public boolean mayPass(TextPieces pieces) {
            return pieces.mayHold(lower);
        }

        @Override
        public boolean mayPass(byte[] bytes, int from, int to) {
            return test(bytes, from, to);
        }
    }

    record HasIgnoringCase(byte[] lower) implements LineTest {
        @Override
        public boolean test(byte[] bytes, int from, int to) {
            return Search.indexOfIgnoringCase(bytes, from, to, lower) >= 0;
        }

        @Override
        public boolean mayPass(TextPieces pieces) {
            return pieces.mayHold(lower);
        }
    }

    record Finds(LineRegex regex) implements LineTest {
        @Override
        public boolean test(byte[] bytes, int from, int to) {
            return regex.finds(bytes, from, to);
        }

        @Override
        public boolean mayPass(TextPieces pieces) {
            return true;
        }
    }

    record NotAscii() implements LineTest {
        @Override
        public boolean test(byte[] bytes, int from, int to) {
            return !Search.isAscii(bytes, from, to);
        }

        @Override
        public boolean mayPass(TextPieces pieces) {
            return pieces.hasOtherThanAscii();
        }

        @Override
        public boolean mayPass(byte[] bytes, int from, int to) {
            return test(bytes, from, to);
        }
    }

    record All(LineTest[] parts) implements LineTest {
        @Override
        public boolean test(byte[] bytes, int from, int to) {
            for (var part : parts) {
                if (!part.test(bytes, from, to)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean mayPass(TextPieces pieces) {
            for (var part : parts) {
                if (!part.mayPass(pieces)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean mayPass(byte[] bytes, int from, int to) {
            for (var part : parts) {
                if (!part.mayPass(bytes, from, to)) {
                    return false;
                }
            }
            return true;
        }
    }

    record Any(LineTest[] parts) implements LineTest {
        @Override
        public boolean test(byte[] bytes, int from, int to) {
            for (var part : parts) {
                if (part.test(bytes, from, to)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean mayPass(TextPieces pieces) {
            for (var part : parts) {
                if (part.mayPass(pieces)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean mayPass(byte[] bytes, int from, int to) {
            for (var part : parts) {
                if (part.mayPass(bytes, from, to)) {
                    return true;
                }
            }
            return false;
        }
    }

    record Not(LineTest part) implements LineTest {
        @Override
        public boolean test(byte[] bytes, int from, int to) {
            return !part.test(bytes, from, to);
        }

        @Override
        public boolean mayPass(TextPieces pieces) {
            return true;
        }
    }
}
