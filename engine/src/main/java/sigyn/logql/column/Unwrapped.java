package sigyn.logql.column;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.Unwrap;
import sigyn.logql.stage.Row;
import sigyn.logql.stage.Unwrapper;
import sigyn.model.Labels;

/// The numbers that an unwrapped label has in the rows of templates. Each different text is converted once, as far as a
/// small memory reaches. For one thread.
final class Unwrapped {
    private static final int SLOTS = 4096;
    private static final byte[] NO_LINE = {};

    private final String name;
    private final boolean plain;
    private final Unwrapper unwrapper;
    private final Row row = new Row();
    private final Map<List<String>, Memory> memories = new HashMap<>();
    private double value;

    Unwrapped(Unwrap unwrap) {
        name = unwrap.name();
        plain = unwrap.conversion() == Unwrap.Conversion.NONE;
        unwrapper = new Unwrapper(new Unwrap(name, unwrap.conversion(), List.of()));
    }

    /// Takes the number of one row; says as [ColumnTest] does whether there is one.
    interface Taker {
        byte take(int k);
    }

    /// The number that was taken last.
    double value() {
        return value;
    }

    /// What numbers between two texts come to. All the texts are unlike each other in the number only.
    private static final class Memory {
        final long[] number = new long[SLOTS];
        final double[] value = new double[SLOTS];
        final boolean[] known = new boolean[SLOTS];
    }

    Taker of(Values values) {
        return switch (values) {
            case Values.Numbers bare
            when plain && bare.isBare() -> {
                long[] numbers = bare.numbers();
                yield k -> {
                    value = numbers[k];
                    return ColumnTest.PASSES;
                };
            }
            case Values.Numbers(var before, var numbers, var after) -> {
                var memory = memories.computeIfAbsent(List.of(before, after), _ -> new Memory());
                yield k -> remembered(memory, numbers[k], values, k);
            }
            case Values.Coded coded -> {
                var said = new byte[coded.texts().length];
                var numbers = new double[said.length];
                yield k -> {
                    int code = coded.code(k);
                    if (said[code] == 0) {
                        said[code] = ask(coded.texts()[code]);
                        numbers[code] = value;
                    }
                    value = numbers[code];
                    return said[code];
                };
            }
            case Values.Composed _, RowContext.OfStream _ -> k -> ask(values.text(k));
        };
    }

    private byte remembered(Memory memory, long number, Values values, int k) {
        int slot = (int) (number ^ number >>> 20) & SLOTS - 1;
        if (memory.known[slot] && memory.number[slot] == number) {
            value = memory.value[slot];
            return ColumnTest.PASSES;
        }
        byte said = ask(values.text(k));
        if (said == ColumnTest.PASSES) {
            memory.known[slot] = true;
            memory.number[slot] = number;
            memory.value[slot] = value;
        }
        return said;
    }

    private byte ask(@Nullable String text) {
        row.reset(0, NO_LINE, 0, 0, Labels.EMPTY, Labels.EMPTY);
        if (text != null) {
            row.set(name, text);
        }
        boolean there = unwrapper.process(row);
        value = unwrapper.value();
        return row.hasError() ? ColumnTest.UNSURE : there ? ColumnTest.PASSES : ColumnTest.FAILS;
    }
}
