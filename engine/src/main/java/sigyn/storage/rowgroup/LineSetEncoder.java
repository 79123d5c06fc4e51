package sigyn.storage.rowgroup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import sigyn.codec.ByteSink;

/// Encodes lines as templates and columns.
///
/// Lines are split by [Tokenizer]; templates with few rows are split again by [WordTokenizer]; what is still rare
/// becomes one column of whole lines. So every line belongs to a template, and "raw" is just the template that is
/// nothing but one variable.
///
/// ```
/// varint   templates, by falling number of rows
/// for each template:
///   varint   rows
///   u8       model: 0 raw, 1 runs, 2 words
///   varint   variables v
///   v times  varint   kind of token, without classes
///   v+1 times varint  length of a piece of static text
///   the pieces, back to back
/// for each template, for each variable: the column, see ColumnKind
/// ```
/// Columns hold a template's rows in row order.
final class LineSetEncoder {
    static final int RAW = 0;
    static final int RUNS = 1;
    static final int WORDS = 2;

    /// Longest line whose every part is split; of longer ones, the rest is one variable.
    static final int SPLIT = 4096;

    /// Rows whose lines are fetched together.
    private static final int FETCHED = 32;

    private final Tokens tokens = new Tokens();
    private final TemplateTable table = new TemplateTable();
    private final TemplateTree known = new TemplateTree();
    private final FilterKeys filters;
    private final ColumnEncoder columns;
    private final Encodings encodings;
    private final Tokenizer runs;
    private final WordTokenizer words;
    /// Keeps the compiler from leaving out what [#fetch] is for.
    @SuppressWarnings("UnusedVariable")
    private int fetched;

    private int[] firstToken = new int[0];
    private int[] template = new int[0];
    private boolean[] hasRest = new boolean[0];
    private int[] modelOf = new int[0];
    private long[] hashOf = new long[0];
    /// Kinds of the tokens of each template.
    private final List<int[]> kindsFound = new ArrayList<>();

    private int[][] kindsOf = new int[0][];
    private int[] order = new int[0];
    // the columns at hand
    private final long[][] gathered = new long[Tokens.GATHERED][0];
    private int[] rowNumbers = new int[0];
    private int[] first = new int[0];

    /// Which models may be used; tests force each.
    record Encodings(boolean runs, boolean words) {
        static final Encodings ALL = new Encodings(true, true);
    }

    LineSetEncoder(ColumnBytes bytes, FilterKeys filters, Encodings encodings, long seed) {
        this.filters = filters;
        this.encodings = encodings;
        columns = new ColumnEncoder(bytes, filters);
        runs = new Tokenizer(seed, true);
        words = new WordTokenizer(~seed);
    }

    /// Encodes the lines of all rows into `directory` and returns the template of each row, in an array that may be
    /// longer. Columns put off are still to be written by [ColumnEncoder#finish].
    int[] encode(RowGroupInput in, ByteSink directory) {
        int n = in.rows();
        grow(n);
        tokens.clear();
        columns.begin(in.bytes());
        int templates = split(in);
        int[] rowsOf = Arrays.copyOf(table.rows, templates);
        int[] begin = sortRows(n, templates, rowsOf);
        describe(in, templates, rowsOf, begin, directory);
        for (int t = 0; t < templates; t++) {
            encodeColumns(in, begin[t], rowsOf[t], directory);
        }
        return template;
    }

    /// The encoder of the columns, for more columns of the same rows.
    ColumnEncoder columns() {
        return columns;
    }

    /// Rows ordered by template, then by row; valid until the next call.
    int[] order() {
        return order;
    }

    private void grow(int n) {
        if (template.length < n) {
            int size = Math.max(n, template.length * 2);
            firstToken = new int[size];
            template = new int[size];
            hasRest = new boolean[size];
            order = new int[size];
            Arrays.setAll(gathered, _ -> new long[size]);
            rowNumbers = new int[size];
            first = new int[size];
        }
    }

    /// Gives every row a template, renumbers templates by falling number of rows and returns how many there are.
    private int split(RowGroupInput in) {
        int n = in.rows();
        byte[] b = in.bytes();
        table.clear();
        known.clear();
        kindsFound.clear();
        int rare = Math.max(4, n / 1024);
        Arrays.fill(hasRest, 0, n, false);
        for (int i = 0; i < n; i++) {
            if (i % FETCHED == 0) {
                fetch(in, i, Math.min(n, i + FETCHED));
            }
            int from = in.lineStart()[i];
            int end = from + in.lineLength()[i];
            firstToken[i] = tokens.count;
            if (!encodings.runs()) {
                template[i] = -1;
            } else if (end - from <= SPLIT) {
                template[i] = byRuns(b, from, end, in.timestamp()[i]);
            } else {
                template[i] = splitLong(b, from, end, in.timestamp()[i], i);
            }
        }
        int[] byRuns = Arrays.copyOf(table.rows, table.count);
        int models = table.count;
        for (int i = 0; i < n; i++) {
            if (template[i] >= 0 && byRuns[template[i]] >= rare) {
                continue;
            }
            hasRest[i] = false;
            int from = in.lineStart()[i];
            int end = from + in.lineLength()[i];
            firstToken[i] = tokens.count;
            template[i] = encodings.words() && end - from <= SPLIT ? add(words.tokenize(b, from, end, tokens)) : -1;
        }
        int[] byModel = Arrays.copyOf(table.rows, table.count);
        int[] rows = new int[table.count + 1];
        int raw = table.count;
        kindsFound.add(new int[] {Tokens.WORD});
        for (int i = 0; i < n; i++) {
            if (template[i] < 0 || template[i] >= models && byModel[template[i]] < rare) {
                firstToken[i] = tokens.count;
                int from = in.lineStart()[i];
                tokens.add(from, from + in.lineLength()[i], Tokens.WORD, CharClass.ANY);
                template[i] = raw;
            }
            rows[template[i]]++;
        }
        return renumber(n, rows, models, raw);
    }

    /// Rows are in order of time, their lines in order of arrival.
    private void fetch(RowGroupInput in, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += CacheLines.touch(in.bytes(), in.lineStart()[i], in.lineStart()[i] + in.lineLength()[i]);
        }
        fetched += sum;
    }

    private int byRuns(byte[] b, int from, int end, long time) {
        int id = runs.follow(known, b, from, end, time, tokens);
        if (id >= 0) {
            table.rows[id]++;
            return id;
        }
        int entry = tokens.count;
        id = add(runs.tokenize(b, from, end, time, tokens));
        known.learn(b, from, end, tokens, entry, id);
        return id;
    }

    /// The template of the line whose tokens were added last.
    private int add(long hash) {
        int id = table.add(hash);
        if (id == kindsFound.size()) {
            kindsFound.add(Arrays.copyOf(tokens.kinds, tokens.lineCount));
        }
        return id;
    }

    /// A long line: its first part is split like any other, the rest is one variable. The cut is behind a byte that no
    /// run goes through.
    private int splitLong(byte[] b, int from, int end, long time, int row) {
        int cut = from + SPLIT;
        while (cut > from + SPLIT / 4 && CharClass.RUN[b[cut - 1] & 0xff] != 0) {
            cut--;
        }
        if (CharClass.RUN[b[cut - 1] & 0xff] != 0) {
            return -1;
        }
        hasRest[row] = true;
        long hash = runs.tokenize(b, from, cut, time, tokens);
        tokens.add(cut, end, Tokens.WORD, CharClass.ANY);
        return add(Tokenizer.mix(hash, Tokens.WORD));
    }

    private int renumber(int n, int[] rows, int models, int raw) {
        long[] byRows = new long[rows.length];
        int used = 0;
        for (int t = 0; t < rows.length; t++) {
            if (rows[t] > 0) {
                byRows[used++] = (long) (Integer.MAX_VALUE - rows[t]) << 32 | t;
            }
        }
        Arrays.sort(byRows, 0, used);
        int[] id = new int[rows.length];
        int[] sorted = new int[used];
        modelOf = new int[used];
        hashOf = new long[used];
        kindsOf = new int[used][];
        for (int i = 0; i < used; i++) {
            int t = (int) byRows[i];
            id[t] = i;
            sorted[i] = rows[t];
            kindsOf[i] = kindsFound.get(t);
            hashOf[i] = t == raw ? 0 : table.hash[t];
            modelOf[i] = t == raw ? RAW : t < models ? RUNS : WORDS;
        }
        for (int i = 0; i < n; i++) {
            template[i] = id[template[i]];
        }
        table.rows = sorted.length < 256 ? Arrays.copyOf(sorted, 256) : sorted;
        table.hash = new long[table.rows.length];
        return used;
    }

    private int[] sortRows(int n, int count, int[] rowsOf) {
        int[] from = new int[count + 1];
        for (int t = 0; t < count; t++) {
            from[t + 1] = from[t] + rowsOf[t];
        }
        int[] next = from.clone();
        for (int i = 0; i < n; i++) {
            order[next[template[i]]++] = i;
        }
        return from;
    }

    private void describe(RowGroupInput in, int count, int[] rowsOf, int[] from, ByteSink directory) {
        byte[] b = in.bytes();
        directory.varint(count);
        for (int t = 0; t < count; t++) {
            int row = order[from[t]];
            int[] kinds = kindsOf[t];
            int lineStart = in.lineStart()[row];
            int lineEnd = lineStart + in.lineLength()[row];
            directory.varint(rowsOf[t]);
            directory.u8(modelOf[t]);
            directory.varint(kinds.length);
            for (int kind : kinds) {
                directory.varint(kind);
            }
            int entry = firstToken[row];
            int at = lineStart;
            for (int kind : kinds) {
                int start = Tokens.start(tokens.entry(entry));
                directory.varint(start - at);
                at = start + Tokens.length(tokens.entry(entry));
                entry += Tokens.entries(kind);
            }
            directory.varint(lineEnd - at);
            entry = firstToken[row];
            at = lineStart;
            for (int kind : kinds) {
                int start = Tokens.start(tokens.entry(entry));
                staticText(t, b, at, start, kind, directory);
                at = start + Tokens.length(tokens.entry(entry));
                entry += Tokens.entries(kind);
            }
            staticText(t, b, at, lineEnd, 0, directory);
        }
    }

    private void staticText(int template, byte[] b, int from, int end, int nextKind, ByteSink directory) {
        directory.write(b, from, end - from);
        if (modelOf[template] == RUNS) {
            filterText(b, from, end, nextKind);
        }
    }

    private void filterText(byte[] b, int from, int end, int nextKind) {
        filters.text(b, from, end);
        if (Tokens.type(nextKind) == Tokens.TIMESTAMP) {
            int layout = TimestampText.layout(Tokens.format(nextKind));
            if (layout >= TimestampText.SYSLOG && layout <= TimestampText.CTIME) {
                filters.beforeMonth(b, from, end);
            }
        }
    }

    private void encodeColumns(RowGroupInput in, int begin, int rows, ByteSink directory) {
        System.arraycopy(order, begin, rowNumbers, 0, rows);
        int of = template[order[begin]];
        int model = modelOf[of];
        long hash = hashOf[of];
        for (int k = 0; k < rows; k++) {
            first[k] = firstToken[rowNumbers[k]];
        }
        int entry = 0;
        int from = -Tokens.GATHERED;
        for (int kind : kindsOf[of]) {
            int end = entry + Tokens.entries(kind);
            if (end > from + Tokens.GATHERED) {
                tokens.gather(first, entry, rows, gathered);
                from = entry;
            }
            long[] places = gathered[entry - from];
            long[] values = gathered[end - 1 - from];
            columns.encode(Tokenizer.mix(hash, end), rows, rowNumbers, places, kind, values, directory);
            entry = end;
        }
        for (int k = 0; k < rows; k++) {
            int row = rowNumbers[k];
            if (model != RUNS || hasRest[row]) {
                int at = in.lineStart()[row];
                filters.line(in.bytes(), at, at + in.lineLength()[row]);
            }
        }
    }
}
