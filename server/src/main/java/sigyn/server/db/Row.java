package sigyn.server.db;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The row a query stands on; columns by name.
public final class Row {
    /// Makes a value of the row it is given; must not keep it.
    @FunctionalInterface
    public interface Reader<T> {
        T read(Row row) throws SQLException;
    }

    private final ResultSet results;

    Row(ResultSet results) {
        this.results = results;
    }

    public String text(String column) throws SQLException {
        String value = results.getString(column);
        return value == null ? "" : value;
    }

    public @Nullable String textOrNull(String column) throws SQLException {
        return results.getString(column);
    }

    public long number(String column) throws SQLException {
        return results.getLong(column);
    }

    public @Nullable Long numberOrNull(String column) throws SQLException {
        long value = results.getLong(column);
        return results.wasNull() ? null : value;
    }

    public boolean flag(String column) throws SQLException {
        return results.getLong(column) != 0;
    }
}
