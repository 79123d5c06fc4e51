package sigyn.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The machine's name, found without asking a name server, which could take seconds.
final class Hostname {
    private Hostname() {}

    static String own() {
        for (var variable : new String[] {"HOSTNAME", "COMPUTERNAME"}) {
            var name = System.getenv(variable);
            if (name != null && !name.isBlank()) return name.strip();
        }
        for (var file : new String[] {"/proc/sys/kernel/hostname", "/etc/hostname"}) {
            String name = read(Path.of(file));
            if (!name.isEmpty()) return name;
        }
        return "localhost";
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException | SecurityException e) {
            return "";
        }
    }
}
