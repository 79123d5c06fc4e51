package sigyn.logql.stage;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.codec.LineShape;
import sigyn.model.GoText;

/// `| pattern "<a> - <b>"`: each capture runs to the next literal; where that is missing the capture takes the rest.
final class PatternStage extends CaptureStage {
    private final byte[] lead;
    private final byte[][] literals;

    PatternStage(String text, Needs needs) {
        this(parse(text), needs);
    }

    private PatternStage(List<PatternExpression.Part> parts, Needs needs) {
        super(names(parts), needs);
        int first = first(parts);
        lead = first == 0 ? new byte[0] : GoText.bytes(parts.getFirst().text());
        literals = new byte[(parts.size() - first + 1) / 2][];
        for (int i = 0; i < literals.length; i++) {
            int literal = first + i * 2 + 1;
            literals[i] =
                    literal < parts.size() ? GoText.bytes(parts.get(literal).text()) : new byte[0];
        }
    }

    private static List<PatternExpression.Part> parse(String text) {
        var expression = PatternExpression.parse(text);
        expression.checkNamed();
        return expression.parts();
    }

    private static int first(List<PatternExpression.Part> parts) {
        return parts.getFirst().capture() ? 0 : 1;
    }

    private static String[] names(List<PatternExpression.Part> parts) {
        return parts.stream()
                .filter(PatternExpression.Part::capture)
                .map(part -> part.text().equals("_") ? "" : part.text())
                .toArray(String[]::new);
    }

    @Override
    int[] pieces(byte[] b, int from, int to) {
        if (from == to || !Bytes.startsWith(b, from, to, lead)) {
            return NOTHING;
        }
        int[] pieces = none();
        int at = from + lead.length;
        for (int i = 0; i < literals.length; i++) {
            byte[] literal = literals[i];
            int stop = literal.length == 0 ? -1 : Bytes.indexOf(b, at, to, literal);
            pieces[i * 2] = at;
            pieces[i * 2 + 1] = stop < 0 ? to : stop;
            if (stop < 0) {
                break;
            }
            at = stop + literal.length;
        }
        return pieces;
    }

    @Override
    public int @Nullable [] pieces(LineShape shape) {
        int at = shape.length() == 0 ? -1 : shape.begin(lead);
        if (at < 0) {
            return at == LineShape.DIFFERS ? null : NOTHING;
        }
        int[] pieces = none();
        for (int i = 0; i < literals.length; i++) {
            byte[] literal = literals[i];
            int stop = literal.length == 0 ? -1 : shape.find(literal, at);
            if (stop == LineShape.DIFFERS) {
                return null;
            }
            pieces[i * 2] = at;
            pieces[i * 2 + 1] = stop < 0 ? shape.length() : stop;
            if (stop < 0) {
                break;
            }
            at = stop + literal.length;
        }
        return pieces;
    }

    private int[] none() {
        int[] pieces = new int[literals.length * 2];
        Arrays.fill(pieces, -1);
        return pieces;
    }
}
