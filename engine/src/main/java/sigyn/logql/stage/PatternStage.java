package sigyn.logql.stage;

import sigyn.model.GoText;

/// `| pattern "<a> - <b>"`: each capture runs to the next literal; where that is missing the capture takes the rest.
final class PatternStage implements RowStage {
    private final String[] captures;
    private final byte[][] literals;
    private final byte[] lead;
    private final Needs needs;

    PatternStage(String text, Needs needs) {
        this.needs = needs;
        var expression = PatternExpression.parse(text);
        expression.checkNamed();
        var parts = expression.parts();
        int first = parts.getFirst().capture() ? 0 : 1;
        lead = first == 0 ? new byte[0] : GoText.bytes(parts.getFirst().text());
        int n = (parts.size() - first + 1) / 2;
        captures = new String[n];
        literals = new byte[n][];
        for (int i = 0; i < n; i++) {
            captures[i] = parts.get(first + i * 2).text();
            int literal = first + i * 2 + 1;
            literals[i] =
                    literal < parts.size() ? GoText.bytes(parts.get(literal).text()) : new byte[0];
        }
    }

    @Override
    public boolean process(Row row) {
        if (needs.nothing()) {
            return true;
        }
        byte[] b = row.bytes();
        int at = row.start();
        int end = at + row.length();
        if (row.length() == 0 || !Bytes.startsWith(b, at, end, lead)) {
            return true;
        }
        at += lead.length;
        for (int i = 0; i < captures.length; i++) {
            byte[] literal = literals[i];
            int stop = literal.length == 0 ? -1 : Bytes.indexOf(b, at, end, literal);
            int to = stop < 0 ? end : stop;
            if (!captures[i].equals("_")) {
                String name = row.extractedName(captures[i]);
                if (needs.wants(name) && !row.isParsed(name)) {
                    row.set(name, row.texts().text(b, at, to - at));
                    row.countExtracted();
                }
            }
            if (stop < 0) {
                break;
            }
            at = stop + literal.length;
        }
        return true;
    }
}
