package sigyn.storage.port;

import org.jspecify.annotations.Nullable;

/// Looks at rows template by template before any line is put together.
@FunctionalInterface
public interface TemplateSink {
    /// Takes the rows of a template and returns those that must come as lines too: `rows.chosen()` for all, an empty
    /// array for none, ascending.
    int[] accept(TemplateRows rows) throws InterruptedException;

    /// What the sink is known by when its answers are all it does: sinks of equal keys ask for the same rows, so a unit
    /// may remember them and not show them again. Null when every row has to be shown.
    default @Nullable Object key() {
        return null;
    }
}
