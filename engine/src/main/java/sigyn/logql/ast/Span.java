package sigyn.logql.ast;

/// Where something stands in the query text: UTF-16 offsets, `start` inside, `end` outside.
public record Span(int start, int end) {
    public Span to(Span last) {
        return new Span(start, last.end);
    }
}
