package sigyn.storage.port;

/// Looks at rows template by template before any line is put together.
@FunctionalInterface
public interface TemplateSink {
    /// Takes the rows of a template and returns those that must come as lines too: `rows.chosen()` for all, an empty
    /// array for none, ascending.
    int[] accept(TemplateRows rows) throws InterruptedException;
}
