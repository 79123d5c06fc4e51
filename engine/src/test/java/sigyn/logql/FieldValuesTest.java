package sigyn.logql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.Storage;
import sigyn.storage.port.MetadataCodec;
import sigyn.storage.port.PushBatch;

/// A query for one value of a parsed field reads the rows that may have it: those that show it, and all rows of a
/// sealed part, or that row of the head, that may have it otherwise.
class FieldValuesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_767_225_600L * SECOND;
    private static final int LINES = 500;

    @TempDir
    Path directory;

    private Storage storage;
    private QueryEngine engine;

    @BeforeEach
    void open() {
        storage = Storage.open(directory, Clock.systemUTC());
        engine = new QueryEngine(storage);
    }

    @AfterEach
    void close() throws Exception {
        engine.close();
        storage.close();
    }

    private void push(String id, String line, Map<String, String> metadata) throws InterruptedException {
        var batch = new PushBatch();
        var stream = batch.stream(Labels.of("app", "a"));
        for (int i = 0; i < LINES; i++) {
            byte[] text = line.formatted(id + i).getBytes(StandardCharsets.UTF_8);
            batch.add(stream, START + i * SECOND, text, 0, text.length, MetadataCodec.encode(metadata));
        }
        storage.append(Tenant.FAKE, batch);
    }

    /// Lines found and rows looked at.
    private String ask(String stages) throws InterruptedException {
        var range = new RangeQuery(
                "{app=\"a\"} | " + stages, START, START + LINES * SECOND, SECOND, 0, 10 * LINES, Direction.FORWARD);
        var found = (QueryResult.Streams) engine.range(QueryContext.of(Tenant.FAKE), range);
        return found.entries().size() + " of " + found.stats().linesProcessed();
    }

    @Test
    void readsTheRowsThatShowTheValueOfSealedPartsAndOfTheHead() throws Exception {
        push("sealed-", "{\"id\":\"%s\",\"n\":1}", Map.of("detected_level", "info"));
        storage.flush();
        push("head-", "{\"id\":\"%s\",\"n\":1}", Map.of("detected_level", "info"));
        assertThat(ask("json | id=\"sealed-77\"")).isEqualTo("1 of 1");
        assertThat(ask("json | id=\"head-77\"")).isEqualTo("1 of 1");
        assertThat(ask("json | id=\"absent-77\"")).isEqualTo("0 of 0");
        assertThat(ask("pattern `{\"id\":\"<id>\",<_>` | id=\"sealed-77\"")).isEqualTo("1 of 1");
        assertThat(ask("regexp `:\"(?P<id>[^\"]+)` | id=\"head-77\"")).isEqualTo("1 of 1");
        assertThat(ask("json other=\"id\" | other=\"sealed-77\"")).isEqualTo("1 of 1");
        // 7, 70 to 79
        assertThat(ask("json | id=\"head-7\"")).isEqualTo("1 of 11");
        assertThat(ask("json | id=~\"head-7\"")).isEqualTo("1 of " + 2 * LINES);
    }

    @Test
    void readsRowsThatMayHideTheValue() throws Exception {
        push("sealed-", "{\"id\":\"\\u0073-%s\"}", Map.of());
        storage.flush();
        push("meta-", "id=%s", Map.of("id", "from-metadata"));
        assertThat(ask("json | id=\"s-sealed-77\"")).isEqualTo("1 of " + 2 * LINES);
        assertThat(ask("pattern `id=<id>` | id=\"from-metadata\"")).isEqualTo(LINES + " of " + 2 * LINES);
        assertThat(ask("logfmt | id=\"from-metadata\"")).isEqualTo(LINES + " of " + 2 * LINES);
    }
}
