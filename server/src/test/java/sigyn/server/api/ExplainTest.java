package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import sigyn.server.cli.ClientCommands;

/// `sigyn logql explain` and the parameter `explain`.
class ExplainTest {
    private static final String QUERY =
            "sum by (status) (count_over_time({app=\"web\"} |= \"GET\" | pattern `GET <path> <status>` [5m]))";

    @TempDir
    Path folder;

    private static List<String> sigyn(String... arguments) {
        var commands = new CommandLine(CommandLine.Model.CommandSpec.create());
        ClientCommands.all().forEach(commands::addSubcommand);
        var out = new StringWriter();
        commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        var all = new ArrayList<>(List.of("logql", "explain"));
        all.addAll(Arrays.asList(arguments));
        int exit = commands.execute(all.toArray(String[]::new));
        assertThat(exit).as(out.toString()).isZero();
        return out.toString().lines().toList();
    }

    @Test
    void aPlanNeedsNoServer() {
        assertThat(sigyn(QUERY))
                .anyMatch(line -> line.contains("PushLineFiltersIntoScan"))
                .anyMatch(line -> line.contains("rows answered on columns"))
                .noneMatch(line -> line.contains("rows read as lines  "));
    }

    @Test
    void analysisSaysWhatWasRead() throws Exception {
        try (var api = RunningApi.ofContract(folder)) {
            var lines = new ArrayList<String>();
            for (int i = 0; i < 40; i++) {
                lines.add((i % 4 == 0 ? "PUT" : "GET") + " /a/" + i + " " + (200 + i % 2));
            }
            api.push("{\"app\":\"web\"}", RunningApi.NOW, lines, "X-Scope-OrgID", "fake");
            api.send("POST", "/flush", "");
            String address = api.uri("http", "").toString();
            String from = RunningApi.NOW.minusSeconds(600).toString();
            String to = RunningApi.NOW.plusSeconds(600).toString();
            assertThat(sigyn(
                            QUERY,
                            "--analyze",
                            "--org-id",
                            "fake",
                            "--step",
                            "300s",
                            "--from",
                            from,
                            "--to",
                            to,
                            "--addr",
                            address))
                    .anyMatch(line -> line.contains("PushLineFiltersIntoScan"))
                    .anyMatch(line -> line.matches(".*rows answered on columns +30"))
                    .anyMatch(line -> line.matches(".*rows read as lines +0"));
        }
    }
}
