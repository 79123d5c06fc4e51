package sigyn.e2e;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Tests that share one Sigyn for all of their class.
abstract class OneSigyn {
    @TempDir
    static Path temp;

    static SigynProcess sigyn;

    @BeforeAll
    static void start() throws Exception {
        sigyn = SigynProcess.up(temp.resolve("data"), Map.of());
    }

    @AfterAll
    static void stop() {
        sigyn.close();
    }
}
