package sigyn.server.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Provisioning files for a start without any: the log server as the data source and, for the demo, a dashboard. A file
/// that is there already stays as it is.
public final class StarterFiles {
    private StarterFiles() {}

    /// Writes what is missing into `folder`, which then is a provisioning folder.
    public static void write(Path folder, boolean demo) {
        try {
            put(folder.resolve("datasources/loki.yaml"), resource("grafana-datasources.yaml"));
            if (demo) {
                Path dashboards = folder.resolve("demo-dashboards").toAbsolutePath();
                put(dashboards.resolve("deployment.json"), resource("grafana-dashboard-deployment.json"));
                put(folder.resolve("dashboards/demo.yaml"), """
                        apiVersion: 1
                        providers:
                          - name: demo
                            folder: RAG Module
                            type: file
                            options:
                              path: '%s'
                        """.formatted(
                                dashboards.toString().replace("'", "''")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder, e);
        }
    }

    private static String resource(String name) throws IOException {
        try (var in = Objects.requireNonNull(StarterFiles.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    private static void put(Path file, String text) throws IOException {
        if (!Files.exists(file)) {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, text);
        }
    }
}
