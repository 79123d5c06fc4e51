package sigyn.storage.rowgroup;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.codec.Search;

/// Looks for one needle in the lines of templates without putting lines together.
///
/// An occurrence lies across static pieces and variables in one of a few ways, its alignments: it begins in a piece or
/// in a variable, whole pieces between must be equal, and each variable it touches must hold, begin with, end with or
/// equal a part of the needle. Alignments are found from the static text alone; the tests on variables that are left
/// run over whole columns. When a template allows too many alignments, its lines are put together after all.
final class TemplateSearch {
    /// Alignments of a template beyond which looking at every line is the better way.
    private static final int MAX_ALIGNMENTS = 64;

    /// A test on a part of the needle.
    private record Part(ValueTest.Where where, int from, int to) {}

    private final byte[] needle;
    private final boolean fold;
    private final int rarest;
    private final Map<Part, ValueTest> tests = new HashMap<>();

    // the template at hand
    private StoredTemplate template;
    private byte[] text = new byte[0];
    private int alignments;
    private @Nullable RowBits result;
    private int[] column = new int[8];
    private ValueTest[] test = new ValueTest[8];
    private int depth;

    TemplateSearch(byte[] needle, boolean fold) {
        this.needle = needle.clone();
        this.fold = fold;
        if (fold) {
            fold(this.needle);
        }
        rarest = needle.length == 0 ? 0 : Search.rarest(this.needle);
        template = new StoredTemplate(0, 0, 0, new int[0], text, new int[2]);
    }

    private static void fold(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = CharClass.fold(bytes[i]);
        }
    }

    Verdict search(StoredTemplate in) {
        template = in;
        text = in.text;
        if (fold) {
            text = in.text.clone();
            fold(text);
        }
        int pieces = in.piece.length - 1;
        for (int i = 0; i < pieces; i++) {
            if (Search.indexOf(text, in.piece[i], in.piece[i + 1], needle, rarest) >= 0) {
                return Verdict.ALL;
            }
        }
        alignments = 0;
        depth = 0;
        result = null;
        for (int i = 0; i < pieces - 1 && alignments <= MAX_ALIGNMENTS; i++) {
            beginInPiece(i);
            beginInVariable(i);
        }
        if (alignments > MAX_ALIGNMENTS) {
            return everyLine();
        }
        return result == null ? Verdict.NONE : Verdict.of(result);
    }

    private int pieceLength(int i) {
        return template.piece[i + 1] - template.piece[i];
    }

    /// The needle begins in piece `i` and goes beyond it.
    private void beginInPiece(int i) {
        int end = template.piece[i + 1];
        for (int at = Math.max(template.piece[i], end - needle.length + 1); at < end; at++) {
            if (text[at] == needle[0] && Arrays.equals(text, at, end, needle, 0, end - at)) {
                intoVariable(i, end - at);
            }
        }
    }

    /// The needle begins in variable `v`.
    private void beginInVariable(int v) {
        if (mayHold(v, ValueTest.Where.INSIDE, 0, needle.length)) {
            push(v, ValueTest.Where.INSIDE, 0, needle.length);
            complete();
            depth--;
        }
        for (int end = 1; end < needle.length; end++) {
            if (pieceMatches(v + 1, end) && mayHold(v, ValueTest.Where.SUFFIX, 0, end)) {
                push(v, ValueTest.Where.SUFFIX, 0, end);
                throughPiece(v + 1, end);
                depth--;
            }
        }
    }

    /// Variable `v` begins where the needle is at `from`, which is before its end.
    private void intoVariable(int v, int from) {
        if (alignments > MAX_ALIGNMENTS) {
            return;
        }
        if (mayHold(v, ValueTest.Where.PREFIX, from, needle.length)) {
            push(v, ValueTest.Where.PREFIX, from, needle.length);
            complete();
            depth--;
        }
        for (int end = from; end < needle.length; end++) {
            if (pieceMatches(v + 1, end) && mayHold(v, ValueTest.Where.EQUAL, from, end)) {
                push(v, ValueTest.Where.EQUAL, from, end);
                throughPiece(v + 1, end);
                depth--;
            }
        }
    }

    /// True when piece `i` goes on with the needle from `at` on, as far as both reach.
    private boolean pieceMatches(int i, int at) {
        int from = template.piece[i];
        int n = Math.min(pieceLength(i), needle.length - at);
        if (n < needle.length - at && i == template.columns.length) {
            return false;
        }
        return n == 0 || text[from] == needle[at] && Arrays.equals(text, from, from + n, needle, at, at + n);
    }

    private void throughPiece(int i, int at) {
        int next = at + pieceLength(i);
        if (next >= needle.length) {
            complete();
        } else {
            intoVariable(i, next);
        }
    }

    /// What is known of a column without reading it allows such a value.
    private boolean mayHold(int v, ValueTest.Where where, int from, int to) {
        var values = template.columns[v];
        int length = to - from;
        if (length > values.lengthBound() || where == ValueTest.Where.EQUAL && length < values.lengthFloor()) {
            return false;
        }
        boolean alphanumeric = Tokens.type(template.kind[v]) == Tokens.VAR;
        for (int i = from; i < to; i++) {
            byte b = needle[i];
            if (alphanumeric && CharClass.of(b) == CharClass.OTHER) {
                return false;
            }
            if (!values.mayHave(b) && !(fold && b >= 'a' && b <= 'z' && values.mayHave((byte) (b - 32)))) {
                return false;
            }
        }
        return true;
    }

    private void push(int v, ValueTest.Where where, int from, int to) {
        if (depth == column.length) {
            column = Arrays.copyOf(column, depth * 2);
            test = Arrays.copyOf(test, depth * 2);
        }
        column[depth] = v;
        test[depth++] = test(where, from, to);
    }

    private ValueTest test(ValueTest.Where where, int from, int to) {
        return tests.computeIfAbsent(
                new Part(where, from, to), _ -> new ValueTest(where, Arrays.copyOfRange(needle, from, to), fold));
    }

    /// The tests pushed so far are all that an occurrence takes.
    private void complete() {
        if (++alignments > MAX_ALIGNMENTS) {
            return;
        }
        var rows = new RowBits(template.rows);
        int first = 0;
        for (int i = 1; i < depth; i++) {
            if (test[i].length() > test[first].length()) {
                first = i;
            }
        }
        template.columns[column[first]].match(test[first], rows);
        for (int i = 0; i < depth && !rows.isEmpty(); i++) {
            if (i != first) {
                narrow(template.columns[column[i]], test[i], rows);
            }
        }
        if (result == null) {
            result = rows;
        } else {
            result.or(rows);
        }
    }

    private void narrow(Column values, ValueTest by, RowBits rows) {
        if (rows.cardinality() > template.rows / 8) {
            var more = new RowBits(template.rows);
            values.match(by, more);
            rows.and(more);
            return;
        }
        byte[] value = new byte[values.maxLength() + Sections.SLACK];
        for (int k = rows.next(0); k >= 0; k = rows.next(k + 1)) {
            if (!by.passes(value, 0, values.write(k, value, 0))) {
                rows.clear(k);
            }
        }
    }

    private Verdict everyLine() {
        var whole = new ValueTest(ValueTest.Where.INSIDE, needle, fold);
        var rows = new RowBits(template.rows);
        byte[] line = new byte[Math.toIntExact(template.maxLength() + Sections.SLACK)];
        for (int k = 0; k < template.rows; k++) {
            if (whole.passes(line, 0, template.write(k, line, 0))) {
                rows.set(k);
            }
        }
        return Verdict.of(rows);
    }
}
