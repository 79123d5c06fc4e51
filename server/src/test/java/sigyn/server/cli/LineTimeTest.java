package sigyn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineTimeTest {
    private static long find(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return LineTime.find(bytes, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2021-03-01T00:00:07Z started                       | 2021-03-01T00:00:07Z
            {"ts":"2021-03-01T02:00:07.25+02:00","m":"x"}      | 2021-03-01T00:00:07.25Z
            level=info ts=2021-02-28T19:00:07.123456789-0500   | 2021-03-01T00:00:07.123456789Z
            2021-03-01 00:00:07,123 INFO of Python             | 2021-03-01T00:00:07.123Z
            10-2021-13-01T00:00:07Z then 2021-03-01t00:00:07z  | 2021-03-01T00:00:07Z
            2021-02-29T00:00:07Z then 2020-02-29T23:59:59.9Z   | 2020-02-29T23:59:59.9Z
            2021-03-01T00:00:07.1234567891Z                    | 2021-03-01T00:00:07.123456789Z
            2021-03-01T00:00:07                                | 2021-03-01T00:00:07Z
            2021-03-01T00:00:07.                               | 2021-03-01T00:00:07Z
            2021-03-01T00:00:07 -x                             | 2021-03-01T00:00:07Z
            2021-03-01T00:00:07+02:                            | 2021-03-01T00:00:07Z
            1970-01-01T00:00:00Z                               | 1970-01-01T00:00:00Z
            """)
    void theFirstTimeOfALine(String line, Instant time) {
        assertThat(find(line)).isEqualTo(time.getEpochSecond() * 1_000_000_000L + time.getNano());
    }

    @Test
    void noTime() {
        for (String line : new String[] {
            "",
            "no time",
            "2021-03-01",
            "2021-03-01T00:00",
            "2021-03-01T24:00:00Z",
            "1969-12-31T23:59:59Z",
            "2021-03-01x00:00:07Z"
        }) {
            assertThat(find(line)).as(line).isEqualTo(LineTime.NONE);
        }
    }
}
