package sigyn.server.db;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// Brings a database up to date: each numbered `.sql` resource runs once, in order, and may never change afterwards.
final class Migrations {
    private static final List<String> SCRIPTS =
            List.of("0001_accounts.sql", "0002_dashboards.sql", "0003_identities.sql", "0004_alerting.sql");

    private Migrations() {}

    static void run(Db db) {
        db.update("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, checksum BIGINT NOT NULL)");
        var done = db.query(
                "SELECT name, checksum FROM migrations ORDER BY name",
                row -> new Done(row.text("name"), row.number("checksum")));
        for (var script : done) {
            if (!SCRIPTS.contains(script.name())) {
                throw new SigynException(
                        ErrorKind.OPERATOR,
                        "the dashboards' database was written by a newer version: it has " + script.name());
            }
        }
        for (String name : SCRIPTS) {
            String text = script(name);
            long checksum = checksum(text);
            var before = done.stream().filter(d -> d.name().equals(name)).findFirst();
            if (before.isPresent()) {
                if (before.get().checksum() != checksum) {
                    throw new AssertionError(name + " was edited after it ran");
                }
                continue;
            }
            db.tx(() -> {
                for (String statement : text.split(";\\s*\n")) {
                    if (!statement.isBlank()) {
                        db.define(statement);
                    }
                }
                db.update("INSERT INTO migrations (name, checksum) VALUES (?, ?)", name, checksum);
            });
        }
    }

    private record Done(String name, long checksum) {}

    private static String script(String name) {
        try (InputStream in = Migrations.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("missing resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long checksum(String text) {
        var crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
