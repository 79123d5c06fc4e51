package sigyn.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sigyn.server.config.IngestLimits;

class LevelDetectorTest {
    private final LevelDetector levels = new LevelDetector(IngestLimits.OPEN.levelFields(), 2);

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '^',
            value = {
                "{\"level\":\"warn\"}~warn",
                "{\"level\":30}~unknown",
                "{\"a\":{\"level\":\"warn\"}}~warn",
                "{\"a\":{\"b\":{\"level\":\"wrn\"}}}~unknown",
                "{\"x\":[1,{\"level\":\"error\"}],\"Severity\":\"ERR\"}~error",
                "LEVEL=Debug x~debug",
                "severity=notice~unknown",
                "[ERROR] boom~error",
                "misc:error~unknown",
                "errors seen~unknown",
                "x err=nil~error",
                "level=xyz error~error",
                "(warn) x~warn",
                "plain text~unknown",
                "msg=\"level=error\" lvl=info~info",
                "Warning!~warn",
                "{\"level\":~unknown"
            })
    void levelsOfLines(String line, String level) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        assertThat(levels.ofLine(bytes, 0, bytes.length)).isEqualTo(level);
    }

    @Test
    void metadataSaysItByListOrderOrSeverityNumber() {
        assertThat(levels.ofMetadata(Map.of("severity", "info", "level", "WRN")))
                .isEqualTo("warn");
        assertThat(levels.ofMetadata(Map.of("level", "loud"))).isEqualTo("loud");
        assertThat(levels.ofMetadata(Map.of("severity_number", "13"))).isEqualTo("warn");
        assertThat(levels.ofMetadata(Map.of("severity_number", "x"))).isEqualTo("info");
        assertThat(levels.ofMetadata(Map.of("other", "x"))).isNull();
    }

    @Test
    void namesAreNormalized() {
        Map.of("a.b", "a_b", "a__b", "a_b", "__x", "_x", "__x__", "__x__", "9x", "key_9x", "sp ace", "sp_ace")
                .forEach(
                        (raw, normal) -> assertThat(MetadataName.normalize(raw)).isEqualTo(normal));
        for (String empty : List.of("", "---", "\u00fc")) {
            assertThatThrownBy(() -> MetadataName.normalize(empty))
                    .hasMessageStartingWith("normalization for label name");
        }
    }
}
