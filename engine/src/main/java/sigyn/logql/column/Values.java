package sigyn.logql.column;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.logql.stage.Texts;
import sigyn.storage.port.TemplateRows;

/// The value that a label has in each row of a template.
sealed interface Values permits Values.Coded, Values.Numbers, Values.Composed, RowContext.OfStream {
    /// The value in row `k`, or null where the label is absent.
    @Nullable
    String text(int k);

    /// A value for each code, and the code of each row.
    ///
    /// @param index null when all rows have code 0
    record Coded(int @Nullable [] index, @Nullable String[] texts) implements Values {
        static Coded constant(@Nullable String text) {
            return new Coded(null, new @Nullable String[] {text});
        }

        int code(int k) {
            return index == null ? 0 : index[k];
        }

        @Override
        public @Nullable String text(int k) {
            return texts[code(k)];
        }
    }

    /// Static text before and behind one number, which is written plainly.
    record Numbers(String before, long[] numbers, String after) implements Values {
        @Override
        public String text(int k) {
            return before + numbers[k] + after;
        }

        boolean isBare() {
            return before.isEmpty() && after.isEmpty();
        }
    }

    /// Static text and variables by turns; the variables are ASCII.
    final class Composed implements Values {
        private final TemplateRows rows;
        private final Texts texts;
        private final byte[][] pieces;
        private final int[] variables;
        private final byte[] buffer;

        /// @param variables one between each two pieces
        Composed(TemplateRows rows, Texts texts, byte[][] pieces, int[] variables) {
            this.rows = rows;
            this.texts = texts;
            this.pieces = pieces;
            this.variables = variables;
            int length = 16;
            for (byte[] piece : pieces) {
                length += piece.length;
            }
            for (int v : variables) {
                length += rows.maxLength(v);
            }
            buffer = new byte[length];
        }

        @Override
        public String text(int k) {
            int at = 0;
            for (int i = 0; i < pieces.length; i++) {
                System.arraycopy(pieces[i], 0, buffer, at, pieces[i].length);
                at += pieces[i].length;
                if (i < variables.length) {
                    at = rows.write(variables[i], k, buffer, at);
                }
            }
            return texts.text(buffer, 0, at);
        }
    }

    /// The values that parts make.
    static Values of(TemplateRows rows, Texts texts, List<Marker.Part> parts) {
        var pieces = new ArrayList<String>();
        var variables = new ArrayList<Integer>();
        var text = new StringBuilder();
        for (var part : parts) {
            if (part.text() != null) {
                text.append(part.text());
                continue;
            }
            var constant = rows.dictionary(part.variable());
            if (constant != null && constant.values().size() == 1) {
                text.append(new String(constant.values().getFirst(), StandardCharsets.US_ASCII));
                continue;
            }
            pieces.add(text.toString());
            text.setLength(0);
            variables.add(part.variable());
        }
        pieces.add(text.toString());
        if (variables.isEmpty()) {
            return Coded.constant(pieces.getFirst());
        }
        if (variables.size() == 1) {
            var dictionary = rows.dictionary(variables.getFirst());
            if (dictionary != null) {
                return coded(pieces, dictionary);
            }
            long[] numbers = rows.numbers(variables.getFirst());
            if (numbers != null) {
                return new Numbers(pieces.getFirst(), numbers, pieces.getLast());
            }
        }
        return new Composed(
                rows,
                texts,
                pieces.stream().map(p -> p.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new),
                variables.stream().mapToInt(Integer::intValue).toArray());
    }

    private static Coded coded(List<String> around, TemplateRows.Dictionary dictionary) {
        var all = new @Nullable String[dictionary.values().size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = around.getFirst()
                    + new String(dictionary.values().get(i), StandardCharsets.US_ASCII)
                    + around.getLast();
        }
        return new Coded(dictionary.index(), all);
    }
}
