package sigyn.logql.stage;

/// One compiled stage of a pipeline. For one thread.
@FunctionalInterface
public interface RowStage {
    /// Changes the row, or returns false to drop it.
    boolean process(Row row);
}
