package sigyn.server.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// One SQLite file in write-ahead mode, or one connection to PostgreSQL, made anew when it broke. Statements run one at
/// a time; [#tx] makes several of them one.
///
/// Arguments are text, whole numbers, booleans (kept as 0 and 1) or null.
public final class Db implements AutoCloseable {
    private Connection connection;
    private final @Nullable Postgres postgres;
    private final ReentrantLock lock = new ReentrantLock();
    private int depth;

    private Db(Connection connection, @Nullable Postgres postgres) {
        this.connection = connection;
        this.postgres = postgres;
    }

    /// Opens or creates the file, readable by its owner only, and brings its tables up to date.
    public static Db open(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            if (Files.notExists(file)
                    && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            var config = new SQLiteConfig();
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
            config.enforceForeignKeys(true);
            config.setBusyTimeout(5_000);
            return migrated(new Db(config.createConnection("jdbc:sqlite:" + file), null));
        } catch (IOException | SQLException e) {
            throw new SigynException(
                    ErrorKind.OPERATOR, "cannot open the dashboards' database " + file + ": " + e.getMessage(), e);
        }
    }

    /// Opens a PostgreSQL database and brings its tables up to date.
    public static Db open(Postgres postgres) {
        try {
            return migrated(new Db(postgres.connect(), postgres));
        } catch (SQLException e) {
            throw new SigynException(
                    ErrorKind.OPERATOR,
                    "cannot open the dashboards' database " + postgres.name() + " at " + postgres.address() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static Db migrated(Db db) {
        try {
            Migrations.run(db);
            return db;
        } catch (RuntimeException e) {
            db.close();
            throw e;
        }
    }

    /// Runs a statement of a migration.
    void define(String sql) {
        update(postgres == null ? sql : Postgres.translated(sql));
    }

    /// The connection; a broken one is made anew, unless a transaction was on it.
    private Connection connection() throws SQLException {
        return depth == 0 ? renewed() : connection;
    }

    private Connection renewed() throws SQLException {
        if (postgres != null && connection.isClosed()) {
            connection = postgres.connect();
        }
        return connection;
    }

    public <T> List<T> query(String sql, Row.Reader<T> reader, @Nullable Object... args) {
        lock.lock();
        try (var statement = prepared(sql, args);
                var results = statement.executeQuery()) {
            var rows = new ArrayList<T>();
            var row = new Row(results);
            while (results.next()) {
                rows.add(reader.read(row));
            }
            return rows;
        } catch (SQLException e) {
            throw failure(sql, e);
        } finally {
            lock.unlock();
        }
    }

    public <T> Optional<T> one(String sql, Row.Reader<T> reader, @Nullable Object... args) {
        var rows = query(sql, reader, args);
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
    }

    /// Runs a statement that gives no rows; returns how many it changed.
    public int update(String sql, @Nullable Object... args) {
        lock.lock();
        try (var statement = prepared(sql, args)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw failure(sql, e);
        } finally {
            lock.unlock();
        }
    }

    /// Runs an `INSERT … RETURNING id`.
    public long insert(String sql, @Nullable Object... args) {
        return one(sql, row -> row.number("id"), args).orElseThrow();
    }

    /// Everything in `work` happens or nothing does. May be nested; the outermost commits.
    public <T> T tx(Supplier<T> work) {
        lock.lock();
        depth++;
        try {
            if (depth > 1) {
                return work.get();
            }
            renewed().setAutoCommit(false);
            boolean done = false;
            try {
                T result = work.get();
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw failure("transaction", e);
        } finally {
            depth--;
            lock.unlock();
        }
    }

    public void tx(Runnable work) {
        tx(() -> {
            work.run();
            return true;
        });
    }

    private PreparedStatement prepared(String sql, @Nullable Object[] args) throws SQLException {
        var statement = connection().prepareStatement(sql);
        for (int i = 0; i < args.length; i++) {
            Object arg = args[i];
            statement.setObject(i + 1, arg instanceof Boolean flag ? (flag ? 1 : 0) : arg);
        }
        return statement;
    }

    private static SigynException failure(String sql, SQLException e) {
        return new SigynException(ErrorKind.OPERATOR, "database: " + e.getMessage() + " in: " + sql, e);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new SigynException(ErrorKind.OPERATOR, "closing the database: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }
}
